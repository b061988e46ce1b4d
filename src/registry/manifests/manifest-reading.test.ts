import { describe, expect, it } from 'vitest'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import type { Digest } from '#domain/values/digest.ts'
import { blobFile } from '../layout.ts'
import { readManifests } from './manifest-reading.ts'
import type { GetOutcome, ObjectReader } from '#storage/object-store.ts'
import type { Bytes } from '#storage/bytes.ts'

const digests = ['one', 'two', 'three'].map((text) => contentOf(text).digest)
const turn = () => new Promise((resolve) => setTimeout(resolve))
const bytes = new Uint8Array(1024 * 1024).fill(0x20)

describe('many manifests at once', () => {
  const image = tinyImage({ layers: ['one'] })
  const [text, gone, behindLink, denied, huge, broken] = 'abcdef'
    .split('')
    .map((letter) => contentOf(letter).digest) as [Digest, Digest, Digest, Digest, Digest, Digest]

  /** A store with these outcomes, and the calls that it got. */
  function storeOf(outcomes: Readonly<Record<Digest, GetOutcome>>) {
    const calls: (readonly string[])[] = []
    const byKey = new Map(
      Object.entries(outcomes).map(([digest, outcome]) => [blobFile(digest as Digest), outcome]),
    )
    const objects: Pick<ObjectReader, 'getMany'> = {
      async getMany(keys, { maximumBytes }) {
        calls.push(keys)
        return keys.map((key) => {
          const outcome = byKey.get(key) ?? { kind: 'absent' }
          return outcome.kind === 'found' && outcome.sizeBytes > maximumBytes
            ? { ...outcome, kind: 'too large' }
            : outcome
        })
      },
    }
    return { objects, calls }
  }

  const found = (content: Bytes): GetOutcome => ({
    kind: 'found',
    bytes: content,
    sizeBytes: content.length,
    modifiedAtMs: 0,
  })

  it('are read in one call, and returned in the order of the digests', async () => {
    const { objects, calls } = storeOf({
      [image.digest]: found(image.bytes),
      [text]: found(new TextEncoder().encode('a')),
      [behindLink]: { kind: 'hidden', obstacle: 'symbolic link' },
      [denied]: { kind: 'hidden', obstacle: 'no permission' },
      [huge]: { kind: 'too large', sizeBytes: 5 * 1024 * 1024, modifiedAtMs: 0 },
    })
    const requested = [huge, gone, image.digest, denied, text, behindLink, image.digest]
    const readings = await readManifests(objects, requested)
    expect(calls).toEqual([requested.map(blobFile)])
    expect(readings).toMatchObject([
      { kind: 'unreadable', reason: 'the file has 5242880 bytes' },
      { kind: 'missing' },
      { kind: 'manifest', bytes: image.bytes, sizeBytes: image.bytes.length },
      { kind: 'unreadable', isDenied: true },
      { kind: 'opaque', sizeBytes: 1 },
      { kind: 'missing', isHidden: true },
      { kind: 'manifest', bytes: image.bytes },
    ])
    expect(readings[0]).not.toHaveProperty('isDenied')
    expect(readings[1]).not.toHaveProperty('isHidden')
  })

  it.each([
    ['may not be read', 'DENIED', { kind: 'unreadable', isDenied: true }],
    ['fails', 'FAILED', null],
  ] as const)('where one %s', async (_, code, reading) => {
    const { objects } = storeOf({
      [image.digest]: found(image.bytes),
      [broken]: { kind: 'failed', code, reason: 'a test' },
    })
    const reads = readManifests(objects, [image.digest, broken])
    if (reading === null) await expect(reads).rejects.toMatchObject({ code, key: blobFile(broken) })
    else expect(await reads).toMatchObject([{ kind: 'manifest' }, reading])
  })

  it('no outcome for one is no absence', async () => {
    const objects = { getMany: async () => [{ kind: 'absent' }] as const }
    await expect(readManifests(objects, [gone, text])).rejects.toMatchObject({ code: 'FAILED' })
  })

  it('large ones are read one after the other, for all requests', async () => {
    const running: (() => void)[] = []
    const outcomes = new Map(digests.map((digest) => [blobFile(digest), found(bytes)]))
    const objects: Pick<ObjectReader, 'getMany'> = {
      async getMany(keys, { maximumBytes }) {
        if (maximumBytes < bytes.length) {
          return keys.map(() => ({ kind: 'too large', sizeBytes: bytes.length, modifiedAtMs: 0 }))
        }
        await new Promise<void>((resolve) => running.push(resolve))
        return keys.map((key) => outcomes.get(key) ?? { kind: 'absent' })
      },
    }
    const reads = [
      readManifests(objects, digests.slice(0, 2)),
      readManifests(objects, digests.slice(2)),
    ]
    for (let many = 1; many <= digests.length; many += 1) {
      await turn()
      expect(running).toHaveLength(many)
      running.at(-1)?.()
    }
    expect((await Promise.all(reads)).flat().map(({ kind }) => kind)).toEqual([
      'opaque',
      'opaque',
      'opaque',
    ])
  })
})
