import { splitDigest, type Digest } from '#domain/values/digest.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { blobFile } from '../layout.ts'
import type { StorageReader } from '#storage/storage.ts'

/**
 * Reads a blob to its end, with a step of `pace` for each piece. Resolves to what its bytes are, or
 * null where there is none.
 */
export type StoredDigest = (
  digest: Digest,
  pace: { step(): Promise<void> | null },
) => Promise<Digest | null>

export const createStoredDigest =
  (storage: StorageReader, createDigester: CreateDigester): StoredDigest =>
  async (digest, pace) => {
    const file = await storage.open(blobFile(digest))
    if (file === null) return null
    const digester = createDigester(splitDigest(digest).algorithm)
    for await (const chunk of file.stream()) {
      digester.update(chunk)
      const rest = pace.step()
      if (rest) await rest
    }
    return digester.digest()
  }
