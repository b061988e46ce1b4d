import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { packParsedManifests, type ManifestReadResult } from '#graph/packed/parsed-manifests.ts'
import { joinBytes } from '#domain/values/join-bytes.ts'
import { packDigests } from '#domain/values/packed-digests.ts'
import { image, index } from '#testing/gc/model-images.ts'
import { digestNamed } from '#testing/gc/model-registry.ts'
import {
  decodePieces,
  encodePiece,
  cacheHeader,
  type CachedManifests,
} from './manifest-cache-file.ts'
import type { Bytes } from '#storage/bytes.ts'

const hash = (bytes: Bytes) => {
  const digester = createDigester('sha256')
  digester.update(bytes)
  return digester.digest()
}

const read = (manifest: ReturnType<typeof image>, sizeBytes: number): ManifestReadResult => ({
  kind: 'manifest',
  manifest,
  sizeBytes,
})
const attached = {
  ...image(['s']),
  subject: { mediaType: 'x', digest: digestNamed('A'), sizeBytes: 1 },
}
const pieces: readonly CachedManifests[] = [
  {
    digests: packDigests(['A', 'B', 'I'].map(digestNamed)),
    table: packParsedManifests([
      read(image(['a', 'x']), 2 ** 40),
      read(attached, 7),
      read(index(['A', 'B']), 50),
    ]),
  },
  { digests: packDigests([digestNamed('C')]), table: packParsedManifests([read(image([]), 1)]) },
]

const file = joinBytes([cacheHeader('one'), ...pieces.map((piece) => encodePiece(piece, hash))])
const decoded = (bytes: Bytes, writerVersion = 'one') => [
  ...decodePieces(bytes, writerVersion, hash),
]

describe('what manifests lead to, in a file', () => {
  it('comes back as it was', () => {
    expect(decoded(file)).toEqual(pieces)
    expect(decoded(cacheHeader('one'))).toEqual([])
  })

  it('counts nothing when another program, or another version, wrote it', () => {
    expect(decoded(file, 'two')).toEqual([])
    expect(decoded(file, 'on')).toEqual([])
    const before = new TextEncoder().encode('jetsam manifests 1\nsha256:')
    expect(decoded(before)).toEqual([])
    expect(decoded(new Uint8Array())).toEqual([])
  })

  it('is given up from where any bit of it is another', () => {
    const head = cacheHeader('one').length
    fc.assert(
      fc.property(fc.nat({ max: file.length * 8 - 1 }), (bit) => {
        const changed = file.slice()
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const found = decoded(changed)
        if (bit >> 3 < head) expect(found).toEqual([])
        else {
          expect(found.at(-1)).toBeNull()
          expect(found.slice(0, -1)).toEqual(pieces.slice(0, found.length - 1))
        }
      }),
    )
  })

  it('is given up from where it ends early', () => {
    for (let length = 0; length < file.length; length += 1) {
      const found = decoded(file.slice(0, length))
      const whole = found.filter((piece) => piece !== null)
      expect(whole).toEqual(pieces.slice(0, whole.length))
      expect(whole.length).toBeLessThan(pieces.length)
    }
  })

  it.each([
    ['too short for its numbers', new Uint8Array(8)],
    ['of another order of bytes', new Uint8Array(16)],
    [
      'of another length than its numbers say',
      Uint8Array.from([4, 3, 2, 1, 9, ...Array(11).fill(0)]),
    ],
  ])('is given up where a piece with the right digest is %s', (_, body) => {
    const heading = new TextEncoder().encode(`${hash(body)} ${body.length}\n`)
    expect(decoded(joinBytes([cacheHeader('one'), heading, body]))).toEqual([null])
  })

  it('never makes the reader fail, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (noise, isTitled) => {
        const found = decoded(joinBytes([...(isTitled ? [cacheHeader('one')] : []), noise]))
        expect(found.every((piece) => piece === null)).toBe(true)
      }),
    )
  })
})
