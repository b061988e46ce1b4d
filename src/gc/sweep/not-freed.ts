import { formatByteSize } from '#domain/values/byte-size.ts'
import type { Swept } from './sweep.ts'

/**
 * Explains when removed files freed less than their size, because they have another name or are
 * sparse. Null: none did.
 */
export function describeNotFreed({
  removed,
  removedSizeBytes,
}: Pick<Swept, 'removed' | 'removedSizeBytes'>): string | null {
  if (removed.bytes >= removedSizeBytes) return null
  const size = formatByteSize(removedSizeBytes)
  return `what was removed has a size of ${size}, and gave back ${formatByteSize(removed.bytes)}: the rest is held by other names of the files (hard links), or was never on the disk (sparse or compressed files)`
}
