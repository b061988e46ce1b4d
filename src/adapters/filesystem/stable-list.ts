import type { FolderLister, StoredEntry } from './file-tree.ts'

/**
 * The union of two listings. Some file systems leave out an entry without an error while the folder
 * changes. Used for listings of what keeps images, where a missing entry would count as gone.
 */
export async function listStable(
  storage: FolderLister,
  folder: string,
): Promise<readonly StoredEntry[]> {
  const first = await storage.list(folder)
  const second = await storage.list(folder)
  if (isSame(first, second)) return first
  const names = new Set(first.map(({ name }) => name))
  return [...first, ...second.filter(({ name }) => !names.has(name))]
}

/** The usual case, which needs no set of names. */
const isSame = (first: readonly StoredEntry[], second: readonly StoredEntry[]): boolean =>
  first.length === second.length &&
  first.every(({ name }, position) => name === second[position]?.name)
