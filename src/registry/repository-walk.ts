import { parseRepositoryName, type RepositoryName } from '#domain/repository-name.ts'
import { repositoriesFolder, repositoryMarkers } from './layout.ts'
import { inBatches } from './in-batches.ts'
import { StorageError, type Storage, type StoredEntry } from './storage.ts'

export type FoundFolder =
  | { readonly kind: 'repository'; readonly name: RepositoryName }
  /** It may hold images, but nobody can tell which. */
  | { readonly kind: 'hidden'; readonly name: string; readonly reason: string }

/**
 * Finds every folder that is a repository, level by level. Folders that begin with `_` are never
 * parts of a name.
 */
export async function* walkRepositories(storage: Storage): AsyncGenerator<FoundFolder> {
  const found: FoundFolder[] = []

  async function visit(name: string): Promise<string[]> {
    const folder = name === '' ? repositoriesFolder : `${repositoriesFolder}/${name}`
    let entries: readonly StoredEntry[]
    try {
      entries = await storage.list(folder)
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'DENIED') throw error
      found.push({ kind: 'hidden', name, reason: 'the folder cannot be read' })
      return []
    }
    if (name !== '' && entries.some((entry) => repositoryMarkers.has(entry.name))) {
      const parsed = parseRepositoryName(name)
      found.push(
        parsed.ok
          ? { kind: 'repository', name: parsed.value }
          : { kind: 'hidden', name, reason: 'the folder is not named like a repository' },
      )
    }
    return entries
      .filter((entry) => entry.kind === 'folder' && !entry.name.startsWith('_'))
      .map((entry) => (name === '' ? entry.name : `${name}/${entry.name}`))
  }

  let level = ['']
  while (level.length > 0) {
    const next: string[] = []
    for await (const batch of inBatches(level, visit)) {
      for (const names of batch) next.push(...names)
      yield* found.splice(0)
    }
    level = next
  }
}
