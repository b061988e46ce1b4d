import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import { repositoriesFolder, repositoryMarkers } from '../layout.ts'
import { inBatches } from '../in-batches.ts'
import { StorageError, type StorageReader, type StoredEntry } from '#storage/storage.ts'

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

const isHiding = (error: unknown): boolean =>
  error instanceof StorageError && (error.code === 'DENIED' || error.code === 'INVALID_PATH')

/**
 * Finds every folder that is a repository, level by level. Skips folders that begin with `_`, which
 * are never parts of a name.
 */
export async function* walkRepositories(
  storage: Pick<StorageReader, 'list'>,
): AsyncGenerator<FoundFolder> {
  const found: FoundFolder[] = []

  async function visit(name: string): Promise<string[]> {
    const folder = name === '' ? repositoriesFolder : `${repositoriesFolder}/${name}`
    let entries: readonly StoredEntry[]
    try {
      entries = await storage.list(folder)
    } catch (error) {
      if (!isHiding(error)) throw error
      const reason = 'the folder cannot be read'
      found.push({ kind: 'hidden', name, reason, isUnreadable: true })
      return []
    }
    if (name !== '' && entries.some((entry) => repositoryMarkers.has(entry.name))) {
      const parsed = parseRepositoryName(name)
      found.push(
        parsed.ok
          ? { kind: 'repository', name: parsed.value }
          : { kind: 'misnamed', name: name as RepositoryName },
      )
    }
    const inner: string[] = []
    for (const entry of entries) {
      if (entry.name.startsWith('_')) continue
      const path = name === '' ? entry.name : `${name}/${entry.name}`
      if (entry.kind === 'folder') inner.push(path)
      if (entry.kind === 'other') {
        found.push({ kind: 'hidden', name: path, reason: 'it is a symbolic link, or no folder' })
      }
    }
    return inner
  }

  let level = ['']
  while (level.length > 0) {
    const next: string[] = []
    for await (const batch of inBatches(level, visit)) {
      // Pushed one at a time: a spread into one call fails above some hundred thousand arguments.
      for (const names of batch) for (const name of names) next.push(name)
      yield* found.splice(0)
    }
    level = next
  }
}
