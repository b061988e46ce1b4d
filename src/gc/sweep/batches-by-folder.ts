import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import { inSlices } from '#domain/values/in-slices.ts'

/** This many items are grouped at a time; they spread over a few hundred directories. */
const itemsPerSlice = 4096
/** Storage has a directory of blobs for `sha256:` and two digits. */
const blobFolderLength = 9

/**
 * The directory or the repository whose lock a removal waits for: removals from one directory wait
 * for each other. Empty for an item with a directory of its own.
 */
function directoryOf({ step, digest, repository }: PlannedRemoval): string {
  switch (step) {
    case 'blob':
      return digest?.slice(0, blobFolderLength) ?? ''
    case 'layer-link':
    case 'tag-history':
    case 'upload':
      return repository ?? ''
    default:
      return ''
  }
}

/**
 * Whether the item waits for the lock of its repository: then its batch has no items of another
 * one.
 */
const sharesNothing = ({ step }: PlannedRemoval): boolean =>
  step === 'layer-link' || step === 'tag-history' || step === 'upload'

/**
 * Batches of items that may be removed at the same time. All items of a directory are in one batch,
 * so that batches that run at the same time do not wait for each other. Items under the lock of a
 * repository have a batch of their own.
 * @param atLeast the minimum number of items in any other batch, except the last one of a slice
 */
export function* directoryBatches(
  items: Iterable<PlannedRemoval>,
  atLeast: number,
): Generator<readonly PlannedRemoval[]> {
  for (const slice of inSlices(items, itemsPerSlice)) {
    const byDirectory = new Map<string, PlannedRemoval[]>()
    for (const item of slice) {
      const directory = directoryOf(item)
      const others = byDirectory.get(directory)
      if (others) others.push(item)
      else byDirectory.set(directory, [item])
    }
    let batch: PlannedRemoval[] = []
    for (const more of byDirectory.values()) {
      const [first] = more
      if (first && sharesNothing(first)) {
        yield more
        continue
      }
      batch = batch.concat(more)
      if (batch.length < atLeast) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }
}
