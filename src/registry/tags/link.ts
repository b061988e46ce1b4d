import { whenKnown, type Awaitable } from '#domain/values/awaitable.ts'
import { parseDigest, type Digest } from '#domain/values/digest.ts'
import type { Storage, StoredFile } from '#storage/storage.ts'

/** No link is longer than a sha512 digest; a larger file is no link and need not be read. */
const maximumLinkBytes = 256

const decoder = new TextDecoder()

export const writeLink = (storage: Storage, path: string, digest: Digest): Promise<number> =>
  storage.write(path, new TextEncoder().encode(digest))

/** Where a link file points, or null if it is empty or holds no digest. */
export function digestInLink(file: StoredFile): Awaitable<Digest | null> {
  if (file.sizeBytes === 0 || file.sizeBytes > maximumLinkBytes) return null
  return whenKnown(file.shared?.() ?? file.bytes(), (bytes) => {
    const parsed = parseDigest(decoder.decode(bytes).trim())
    return parsed.ok ? parsed.value : null
  })
}
