import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentOf } from '#fixtures/tiny-image.ts'
import { decodeManifests, encodeManifests, maximumMemoryBytes } from './remembered-manifests.ts'

const [one, two] = [contentOf('{"one":1}'), contentOf('{"two":\n2}')]
const manifests = new Map([
  [one.digest, { stamp: '1:2:3', bytes: one.bytes }],
  [two.digest, { stamp: '4', bytes: two.bytes }],
])
const file = encodeManifests(manifests)
const text = new TextDecoder().decode(file)
const decoded = (changed: string) => decodeManifests(contentOf(changed).bytes)

describe('manifests in a file', () => {
  it('come back as they were', () => {
    const back = decodeManifests(file)
    expect([...(back ?? [])].map(([digest, { stamp }]) => [digest, stamp])).toEqual([
      [one.digest, '1:2:3'],
      [two.digest, '4'],
    ])
    expect(new TextDecoder().decode(back?.get(two.digest)?.bytes)).toBe('{"two":\n2}')
    expect(decodeManifests(encodeManifests([]))).toEqual(new Map())
  })

  it.each([
    ['nothing', ''],
    ['another version', text.replace('manifests 1', 'manifests 2')],
    ['something else', 'SQLite format 3'],
    ['a heading without a digest', text.replace('sha256:', 'sha257:')],
    ['a length that is none', text.replace(' 9 ', ' -9 ')],
    ['a wrong length', text.replace(' 9 ', ' 8 ')],
    ['a length beyond the end', text.replace(' 9 ', ' 900 ')],
    ['a word too many', text.replace('1:2:3', '1 2')],
    ['no stamp', text.replace(' 1:2:3', '')],
    ['the same twice', text + text.slice(text.indexOf('\n') + 1)],
    ['a heading without an end', `${text}${'x'.repeat(1000)}`],
  ])('are given up when there is %s', (_, changed) => {
    expect(decoded(changed)).toBeNull()
  })

  it('are given up, or fewer, when the file ends early', () => {
    for (let length = 0; length < file.length; length += 1) {
      const left = decodeManifests(file.slice(0, length))
      for (const [digest, { stamp, bytes }] of left ?? []) {
        expect({ stamp, bytes: bytes.slice() }).toEqual(manifests.get(digest))
      }
    }
  })

  it('never make the reader fail, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (noise, isTitled) => {
        const head = isTitled ? new TextEncoder().encode('jetsam manifests 1\n') : []
        const found = decodeManifests(Uint8Array.from([...head, ...noise]))
        expect(found === null || found instanceof Map).toBe(true)
      }),
    )
  })

  it('are left out when they do not fit, or when a stamp could not be read again', () => {
    const few = encodeManifests(manifests, file.length - 1)
    expect([...(decodeManifests(few)?.keys() ?? [])]).toEqual([one.digest])
    const odd = encodeManifests([[one.digest, { stamp: 'a b', bytes: one.bytes }]])
    expect(decodeManifests(odd)?.size).toBe(0)
    expect(maximumMemoryBytes).toBeLessThan(64 * 1024 * 1024)
  })
})
