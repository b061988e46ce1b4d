import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { digestOf } from '#domain/digest.ts'
import type { CreateDigester } from '#registry/digester.ts'

/** Hashing in plain script, for where the platform cannot hash a stream: in the browser. */
export const createDigester: CreateDigester = (algorithm) => {
  const hash = algorithm === 'sha256' ? sha256.create() : sha512.create()
  return {
    update(bytes) {
      hash.update(bytes)
    },
    digest: () => digestOf(algorithm, bytesToHex(hash.clone().digest())),
  }
}
