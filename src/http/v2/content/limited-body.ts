import { joinBytes } from '#domain/values/join-bytes.ts'
import type { Bytes } from '#storage/bytes.ts'
import { announcedBytes } from './chunk.ts'
import { bodyOf } from './request-body.ts'

/** The whole body, or null if it is longer than allowed: then it stops reading. */
export async function readLimited(request: Request, maximumBytes: number): Promise<Bytes | null> {
  if ((announcedBytes(request) ?? 0) > maximumBytes) return null
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of bodyOf(request) ?? []) {
    length += part.length
    if (length > maximumBytes) return null
    parts.push(part)
  }
  return joinBytes(parts)
}
