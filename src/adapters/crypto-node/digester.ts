import { createHash } from 'node:crypto'
import { digestOf } from '#domain/values/digest.ts'
import type { CreateDigester } from '#storage/digester.ts'

/** Hashes by Node's crypto. */
export const createDigester: CreateDigester = (algorithm) => {
  let hash = createHash(algorithm)
  return {
    update(bytes) {
      hash.update(bytes)
    },
    digest: () => digestOf(algorithm, hash.copy().digest('hex')),
    restart() {
      hash = createHash(algorithm)
    },
  }
}
