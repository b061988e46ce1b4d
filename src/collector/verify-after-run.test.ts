import { packDigests, unpackDigests } from '#domain/packed-digests.ts'
import { collect } from '#fixtures/model-collection.ts'
import { image, link, softDelete, tag, unlink, registryWith } from '#fixtures/model-images.ts'
import { digestNamed } from '#fixtures/model-registry.ts'
import { describe, expect, it } from 'vitest'
import type { RegistryReader } from './ports.ts'

describe('the verification after a run', () => {
  it('looks at manifests, and at what is shared with something that went, and nowhere else', async () => {
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
      look(digests) {
        if (registry.removals.length > 0) looks.push(...unpackDigests(digests))
        return registry.reader.look(digests)
      },
    }
    const { result } = await collect(registry, { reader })
    expect(result.verification).toEqual({ tags: 2, wholeTags: 2, broken: [] })
    expect(looks.toSorted()).toEqual(['B', 'C', 'x'].map(digestNamed))
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

  it('notices that something else took a layer', async () => {
    const registry = registryWith({ A: image(['a', 'x']), B: image(['b', 'x']) })
    tag(registry, 'team/app:2', 'B')
    link(registry, 'team/app', digestNamed('A'))
    unlink(registry, 'team/app', digestNamed('A'))
    const { remover } = registry
    const { result } = await collect(registry, {
      remover: {
        remove(item, sinceMs) {
          registry.blobs.delete(digestNamed('x'))
          return remover.remove(item, sinceMs)
        },
      },
    })
    expect(result.verification?.broken).toEqual([
      { repository: 'team/app', tag: '2', reason: `${digestNamed('x')} is missing` },
    ])
  })
})
