import { splitDigest, type Digest } from '#domain/values/digest.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { blobFile } from '../layout.ts'
import type { ObjectReader } from '#storage/object-store.ts'

/**
 * Reads a blob to its end, with one step of `yielder` for each piece. Resolves to the digest of its
 * bytes, or null where there is no blob.
 */
export type StoredDigest = (
  digest: Digest,
  yielder: { step(): Promise<void> | null },
) => Promise<Digest | null>

export const createStoredDigest =
  (objects: Pick<ObjectReader, 'get'>, createDigester: CreateDigester): StoredDigest =>
  async (digest, yielder) => {
    const blob = await objects.get(blobFile(digest))
    if (blob === null) return null
    const digester = createDigester(splitDigest(digest).algorithm)
    for await (const chunk of blob.body) {
      digester.update(chunk)
      const pending = yielder.step()
      if (pending) await pending
    }
    return digester.digest()
  }
