import { packDigests, unpackDigests } from '#domain/values/packed-digests.ts'
import { collect } from '#testing/gc/model-collection.ts'
import {
  image,
  index,
  link,
  registryWith,
  sizeOf,
  softDelete,
  store,
  tag,
  unlink,
} from '#testing/gc/model-images.ts'
import { digestNamed } from '#testing/gc/model-registry.ts'
import { describe, expect, it } from 'vitest'
import type { RegistryReader } from '../ports/registry-reader.ts'
import { verifyStore } from './verify.ts'

describe('the verification after a run', () => {
  it('looks at all that tags lead to, each once, and nowhere else', async () => {
    const registry = registryWith({
      A: image(['a', 'x']),
      B: image(['b', 'x']),
      C: image(['c', 'z']),
    })
    for (const letter of 'ABC') tag(registry, `team/app:${letter.toLowerCase()}`, letter)
    softDelete(registry, 'team/app', ['A'])
    const looks: string[] = []
    const reader: RegistryReader = {
      ...registry.reader,
      stat(digests) {
        if (registry.removals.length > 0) looks.push(...unpackDigests(digests))
        return registry.reader.stat(digests)
      },
    }
    const { result } = await collect(registry, { reader })
    expect(result.verification).toEqual({ tags: 2, wholeTags: 2, broken: [] })
    expect(looks.toSorted()).toEqual(['B', 'C', 'b', 'c', 'x', 'z'].map(digestNamed))
  })

  it('finds what was pushed while the inventory went on, and what was not', async () => {
    const registry = registryWith({ A: image(['a', 'x']), B: image(['b', 'y']) })
    for (const letter of 'AB') tag(registry, `team/app:${letter.toLowerCase()}`, letter)
    softDelete(registry, 'team/app', ['B'])
    const late = new Set([digestNamed('A'), digestNamed('a')])
    const reader: RegistryReader = {
      ...registry.reader,
      async *blobs() {
        for await (const batch of registry.reader.blobs()) {
          yield packDigests(unpackDigests(batch).filter((digest) => !late.has(digest)))
        }
      },
    }
    const whole = await collect(registry, { reader })
    expect(whole.result.verification).toEqual({ tags: 1, wholeTags: 1, broken: [] })
    registry.blobs.delete(digestNamed('a'))
    const broken = await collect(registry, { reader })
    expect(broken.result.verification).toMatchObject({
      wholeTags: 0,
      broken: [{ tag: 'a', reason: `${digestNamed('a')} is missing` }],
    })
  })

  it('finds what a verification finds that was asked for', async () => {
    const registry = registryWith({ A: image(['a', 'x']), B: image(['b']), I: index(['A', 'B']) })
    const lying = image(['c', 'z'])
    if (lying.kind !== 'image') throw new Error('no image')
    const layers = lying.layers.map((layer) => ({ ...layer, sizeBytes: 5 }))
    store(registry, { C: { ...lying, layers } })
    registry.blobs.set(digestNamed('z'), { sizeBytes: sizeOf('z'), modifiedAtMs: 0 })
    tag(registry, 'team/app:index', 'I')
    tag(registry, 'lying:1', 'C')
    tag(registry, 'unlinked:1', 'A')
    registry.repository('team/app').revisions.delete(digestNamed('B'))
    registry.repository('unlinked').layers.delete(digestNamed('x'))
    const { result } = await collect(registry)
    expect(result.verification?.broken).toEqual([
      {
        repository: 'lying',
        tag: '1',
        digest: digestNamed('C'),
        reason: `${digestNamed('z')} has ${sizeOf('z')} bytes instead of 5`,
      },
      {
        repository: 'team/app',
        tag: 'index',
        digest: digestNamed('I'),
        reason: `${digestNamed('B')} is not linked in its repository`,
      },
      {
        repository: 'unlinked',
        tag: '1',
        digest: digestNamed('A'),
        reason: `${digestNamed('x')} is not linked in its repository`,
      },
    ])
    const asked = await verifyStore({
      reader: registry.reader,
      clock: { nowMs: () => registry.nowMs },
      pause: () => Promise.resolve(),
    })
    expect(asked).toEqual(result.verification)
  })

  it('notices that something else took a layer', async () => {
    const registry = registryWith({ A: image(['a', 'x']), B: image(['b', 'x']) })
    tag(registry, 'team/app:2', 'B')
    link(registry, 'team/app', digestNamed('A'))
    unlink(registry, 'team/app', digestNamed('A'))
    const { remover } = registry
    const { result } = await collect(registry, {
      remover: {
        removeBatch(items, sinceMs) {
          registry.blobs.delete(digestNamed('x'))
          return remover.removeBatch(items, sinceMs)
        },
      },
    })
    expect(result.verification?.broken).toEqual([
      {
        repository: 'team/app',
        tag: '2',
        digest: digestNamed('B'),
        reason: `${digestNamed('x')} is missing`,
      },
    ])
  })
})
