import type { StorageReader, StoredEntry } from '#storage/storage.ts'

/**
 * What either of two listings tells. Some file systems leave out an entry, and say nothing of it,
 * while their folder changes: for listings of what keeps images, where that would be taken for gone.
 */
export async function listTwice(
  storage: Pick<StorageReader, 'list'>,
  folder: string,
): Promise<readonly StoredEntry[]> {
  const first = await storage.list(folder)
  const second = await storage.list(folder)
  if (isSame(first, second)) return first
  const names = new Set(first.map(({ name }) => name))
  return [...first, ...second.filter(({ name }) => !names.has(name))]
}

/** As nearly always, and then no set of names has to be made. */
const isSame = (first: readonly StoredEntry[], second: readonly StoredEntry[]): boolean =>
  first.length === second.length &&
  first.every(({ name }, position) => name === second[position]?.name)
