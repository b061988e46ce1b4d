import type { StorageReader, StoredEntry } from './storage.ts'

/**
 * What either of two listings tells. Some file systems leave out an entry, and say nothing of it,
 * while their folder changes: for listings of what keeps images, where that would be taken for gone.
 */
export async function listTwice(
  storage: Pick<StorageReader, 'list'>,
  folder: string,
): Promise<readonly StoredEntry[]> {
  const first = await storage.list(folder)
  const names = new Set(first.map(({ name }) => name))
  const second = await storage.list(folder)
  return [...first, ...second.filter(({ name }) => !names.has(name))]
}
