import type { PlannedRemoval } from '#domain/collection-result.ts'
import { inSlices } from './in-slices.ts'

/** So many are looked at together: of a few hundred neighbourhoods some at a time. */
const itemsTogether = 4096
/** As storage divides its blobs: `sha256:` and two digits. */
const blobFolderLength = 9

/**
 * What storage is likely to keep in one folder, where each removal waits for the one before; null for
 * what has a folder of its own.
 */
function folderOf({ step, digest, repository }: PlannedRemoval): string | null {
  if (step === 'blob') return digest?.slice(0, blobFolderLength) ?? null
  return step === 'layer-link' ? repository : null
}

/**
 * Items that may go at the same time, neighbours in one strand: whoever works at several strands at
 * once never removes two things from one folder at once.
 */
export function* strandsOf(items: Iterable<PlannedRemoval>): Generator<readonly PlannedRemoval[]> {
  for (const slice of inSlices(items, itemsTogether)) {
    const strands = new Map<string, PlannedRemoval[]>()
    for (const item of slice) {
      const folder = folderOf(item)
      const strand = folder === null ? undefined : strands.get(folder)
      if (folder === null) yield [item]
      else if (strand) strand.push(item)
      else strands.set(folder, [item])
    }
    yield* strands.values()
  }
}
