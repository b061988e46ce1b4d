import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { digestOf } from '#domain/values/digest.ts'
import type { CreateDigester, Digester } from '#storage/digester.ts'

/** The library's methods that need no new buffers, which cost as much as a short hash. */
interface ReusableHash<H> {
  update(bytes: Uint8Array): H
  digestInto(room: Uint8Array): void
  /** Copies this hash's state into another. */
  _cloneInto(other: H): H
}

function hashing<H extends ReusableHash<H>>(
  algorithm: 'sha256' | 'sha512',
  create: () => H,
  digestBytes: number,
): () => Digester {
  const unused = create()
  // The copy holds no state of its own: a hash cannot continue after its digest was taken, but its
  // copy can be taken instead.
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
      digestOf(bytes) {
        unused._cloneInto(copy).update(bytes).digestInto(room)
        return digestOf(algorithm, bytesToHex(room))
      },
    }
  }
}

const digesters = {
  sha256: hashing('sha256', () => sha256.create(), 32),
  sha512: hashing('sha512', () => sha512.create(), 64),
}

/** Hashes in plain script, for platforms that cannot hash a stream: browsers. */
export const createDigester: CreateDigester = (algorithm) => digesters[algorithm]()
