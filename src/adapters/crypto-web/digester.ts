import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { digestOf } from '#domain/values/digest.ts'
import type { CreateDigester, Digester } from '#storage/digester.ts'

/** What of the library's hashes does without new buffers, which cost as much as a short hash. */
interface ReusableHash<H> {
  update(bytes: Uint8Array): H
  digestInto(room: Uint8Array): void
  /** Makes another hash go on from where this one is. */
  _cloneInto(other: H): H
}

function hashing<H extends ReusableHash<H>>(
  algorithm: 'sha256' | 'sha512',
  create: () => H,
  digestBytes: number,
): () => Digester {
  const unused = create()
  // Nothing is kept in these: a hash cannot go on after its digest was taken, but a copy was.
  const copy = create()
  const room = new Uint8Array(digestBytes)
  return () => {
    const hash = create()
    return {
      update(bytes) {
        hash.update(bytes)
      },
      digest() {
        hash._cloneInto(copy).digestInto(room)
        return digestOf(algorithm, bytesToHex(room))
      },
      restart() {
        unused._cloneInto(hash)
      },
    }
  }
}

const digesters = {
  sha256: hashing('sha256', () => sha256.create(), 32),
  sha512: hashing('sha512', () => sha512.create(), 64),
}

/** Hashing in plain script, for where the platform cannot hash a stream: in the browser. */
export const createDigester: CreateDigester = (algorithm) => digesters[algorithm]()
