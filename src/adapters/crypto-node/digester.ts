import { createHash, hash as hashAtOnce } from 'node:crypto'
import { digestOf } from '#domain/values/digest.ts'
import type { CreateDigester } from '#storage/digester.ts'

/** Hashes by Node's crypto. */
export const createDigester: CreateDigester = (algorithm) => {
  const hash = createHash(algorithm)
  return {
    update(bytes) {
      hash.update(bytes)
    },
    digest: () => digestOf(algorithm, hash.copy().digest('hex')),
    digestOf: (bytes) => digestOf(algorithm, hashAtOnce(algorithm, bytes, 'hex')),
  }
}
