import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import { inSlices } from '#domain/values/in-slices.ts'

/** So many are looked at together: of a few hundred neighbourhoods some at a time. */
const itemsTogether = 4096
/** As storage divides its blobs: `sha256:` and two digits. */
const blobFolderLength = 9

/**
 * Where storage is likely to keep it, for removals from one folder wait for one another, or whose
 * lock it waits for; nothing for what has a folder of its own.
 */
function placeOf({ step, digest, repository }: PlannedRemoval): string {
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

/** What waits for the lock of one repository goes with nothing of another. */
const sharesNothing = ({ step }: PlannedRemoval): boolean =>
  step === 'layer-link' || step === 'tag-history' || step === 'upload'

/**
 * Items that may go at the same time, all neighbours in one strand: whoever works at several strands
 * at once does not wait for himself. What has a repository's lock has a strand of its own.
 * @param atLeast how many items another strand has, but for the last of some thousands
 */
export function* strandsOf(
  items: Iterable<PlannedRemoval>,
  atLeast: number,
): Generator<readonly PlannedRemoval[]> {
  for (const slice of inSlices(items, itemsTogether)) {
    const neighbours = new Map<string, PlannedRemoval[]>()
    for (const item of slice) {
      const place = placeOf(item)
      const others = neighbours.get(place)
      if (others) others.push(item)
      else neighbours.set(place, [item])
    }
    let strand: PlannedRemoval[] = []
    for (const more of neighbours.values()) {
      const [first] = more
      if (first && sharesNothing(first)) {
        yield more
        continue
      }
      strand = strand.concat(more)
      if (strand.length < atLeast) continue
      yield strand
      strand = []
    }
    if (strand.length > 0) yield strand
  }
}
