import type { Digest, DigestAlgorithm } from '#domain/values/digest.ts'
import type { Bytes } from './bytes.ts'

/** A running hash over bytes as they pass. */
export interface Digester {
  update(bytes: Bytes): void
  /** The digest of all bytes so far. The digester can go on afterwards. */
  digest(): Digest
  /** The digest of these bytes alone: for many short hashes, where a digester for each costs more. */
  digestOf(bytes: Bytes): Digest
}

/** A port, because no web standard hashes a stream. */
export type CreateDigester = (algorithm: DigestAlgorithm) => Digester
