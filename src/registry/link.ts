import { parseDigest, type Digest } from '#domain/digest.ts'
import type { Storage, StoredFile } from './storage.ts'

/** No link is longer than a sha512 digest; anything larger is no link and need not be read. */
const maximumLinkBytes = 256

export const writeLink = (storage: Storage, path: string, digest: Digest): Promise<number> =>
  storage.write(path, new TextEncoder().encode(digest))

/** Where a link file points, or null if it is empty or says no digest. */
export async function digestInLink(file: StoredFile): Promise<Digest | null> {
  if (file.sizeBytes === 0 || file.sizeBytes > maximumLinkBytes) return null
  const parsed = parseDigest(new TextDecoder().decode(await file.bytes()).trim())
  return parsed.ok ? parsed.value : null
}
