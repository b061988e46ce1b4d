import { formatByteSize } from '#domain/values/byte-size.ts'
import type { Swept } from './sweep.ts'

/** Files that have another name, or are sparse, are larger than what is free without them. Null: none. */
export function describeNotFreed({
  removed,
  removedSizeBytes,
}: Pick<Swept, 'removed' | 'removedSizeBytes'>): string | null {
  if (removed.bytes >= removedSizeBytes) return null
  const size = formatByteSize(removedSizeBytes)
  return `what was removed has a size of ${size}, and gave back ${formatByteSize(removed.bytes)}: the rest is held by other names of the files (hard links), or was never on the disk (sparse or compressed files)`
}
