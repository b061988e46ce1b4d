import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import { repositoriesFolder, repositoryMarkers } from '../layout.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { namesBelow } from '../names-below.ts'
import { StoreError } from '#storage/errors.ts'
import type { Listed, ObjectReader } from '#storage/object-store.ts'

export type FoundFolder =
  | { readonly kind: 'repository'; readonly name: RepositoryName }
  /** Laid out like a repository, but clients cannot use its name. Serves to read what it links. */
  | { readonly kind: 'misnamed'; readonly name: RepositoryName }
  /** It may hold images, but which ones and what they need is unknown. */
  | {
      readonly kind: 'hidden'
      readonly name: string
      readonly reason: string
      /** Storage does not tell what is in it: a repository, or other repositories below it. */
      readonly isUnreadable?: true
    }

/** A folder below the repositories, as it was listed. */
interface Level {
  /** The names in it, of any kind. */
  readonly names: readonly string[]
  readonly folders: readonly string[]
  /** The names of what may lead to folders, and is not followed. */
  readonly others: readonly string[]
}

/** Enough to hide latency, few enough that they take little memory. */
const foldersAtOnce = 64

const isHiding = (error: unknown): boolean =>
  error instanceof StoreError && (error.code === 'DENIED' || error.code === 'INVALID_PATH')

/** Whether a folder with these names is a repository. */
export function isRepository(names: Iterable<string>): boolean {
  for (const name of names) if (repositoryMarkers.has(name)) return true
  return false
}

/** Rejects where the folder cannot be read. */
async function listLevel(objects: Pick<ObjectReader, 'list'>, folder: string): Promise<Level> {
  const names = await namesBelow(objects, `${folder}/`)
  const of = (kind: Listed['kind']) =>
    Array.from(names).flatMap(([name, its]) => (its === kind ? [name] : []))
  return { names: [...names.keys()], folders: of('prefix'), others: of('blind spot') }
}

/**
 * Finds every folder that is a repository, level by level. Skips folders that begin with `_`, which
 * are never parts of a name.
 */
export async function* walkRepositories(
  objects: Pick<ObjectReader, 'list'>,
): AsyncGenerator<FoundFolder> {
  const found: FoundFolder[] = []

  async function levelOf(name: string): Promise<Level | null> {
    try {
      const folder = name === '' ? repositoriesFolder : `${repositoriesFolder}/${name}`
      return await listLevel(objects, folder)
    } catch (error) {
      if (!isHiding(error)) throw error
      return null
    }
  }

  async function visit(name: string): Promise<string[]> {
    const level = await levelOf(name)
    if (level === null) {
      const reason = 'the folder cannot be read'
      found.push({ kind: 'hidden', name, reason, isUnreadable: true })
      return []
    }
    if (name !== '' && isRepository(level.names)) {
      const parsed = parseRepositoryName(name)
      found.push(
        parsed.ok
          ? { kind: 'repository', name: parsed.value }
          : { kind: 'misnamed', name: name as RepositoryName },
      )
    }
    const pathsOf = (names: readonly string[]) =>
      names
        .filter((inner) => !inner.startsWith('_'))
        .map((inner) => (name === '' ? inner : `${name}/${inner}`))
    for (const path of pathsOf(level.others)) {
      found.push({ kind: 'hidden', name: path, reason: 'it is a symbolic link, or no folder' })
    }
    return pathsOf(level.folders)
  }

  let level = ['']
  while (level.length > 0) {
    const next: string[] = []
    for (const slice of inSlices(level, foldersAtOnce)) {
      const batch = await Promise.all(slice.map(visit))
      // Pushed one at a time: a spread into one call fails above some hundred thousand arguments.
      for (const names of batch) for (const name of names) next.push(name)
      yield* found.splice(0)
    }
    level = next
  }
}
