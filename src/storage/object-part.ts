import type { ObjectPart } from './object-store.ts'
import type { ByteRange } from './storage.ts'

/** The part of the requested bytes that exists; null where none does. */
export function rangeOfPart(sizeBytes: number, part: ObjectPart = { start: 0 }): ByteRange | null {
  const start = 'suffix' in part ? Math.max(0, sizeBytes - part.suffix) : part.start
  const end = Math.min(sizeBytes, 'suffix' in part ? sizeBytes : (part.end ?? sizeBytes) + 1) - 1
  return start <= end ? { start, end } : null
}
