import { image, index, softDelete, storeBlob, tag, registryWith } from '#testing/gc/model-images.ts'
import { digestNamed, type ModelRegistry } from '#testing/gc/model-registry.ts'
import { describe, expect, it } from 'vitest'
import type { RegistryReader } from '../ports/registry-reader.ts'
import { verifyStore } from './verify.ts'

const verify = (registry: ModelRegistry, acceptSparseIndexes = false) =>
  verifyStore({
    acceptSparseIndexes,
    reader: registry.reader,
    clock: { nowMs: () => registry.nowMs },
    pause: () => Promise.resolve(),
  })

/** The reasons by `repository:tag`. */
async function broken(registry: ModelRegistry): Promise<Record<string, string>> {
  const { broken: found } = await verify(registry)
  return Object.fromEntries(
    found.map(({ repository, tag: name, reason }) => [`${repository}:${name}`, reason]),
  )
}

describe('a verification of what is served', () => {
  it('counts no tag whose platforms are unlinked while it looks, and one that was pushed again', async () => {
    const registry = registryWith({ A: image(['a']), B: image(['b']), I: index(['A', 'B']) })
    tag(registry, 'team/app:1', 'I')
    softDelete(registry, 'team/app', ['I', 'A', 'B'])
    // Pushed again, and one of its platforms was lost since: that is no deletion.
    tag(registry, 'team/app:1', 'I')
    registry.repository('team/app').revisions.delete(digestNamed('B'))
    const lost = { 'team/app:1': `${digestNamed('B')} is not linked in its repository` }
    expect(await broken(registry)).toEqual(lost)
    // Unlinked by now, the image first.
    const reader: RegistryReader = { ...registry.reader, linkedAtMs: async () => null }
    expect(await verify({ ...registry, reader })).toEqual({ tags: 0, wholeTags: 0, broken: [] })
  })

  it('asks whether the repository itself links what its images need', async () => {
    const cache = index(['l', 'M'], { mediaType: 'application/vnd.example' })
    const registry = registryWith({
      A: image(['a', 'x']),
      B: image(['b', 'x']),
      I: index(['A', 'B']),
      M: image(['m']),
      C: cache,
    })
    storeBlob(registry, 'l')
    for (const name of ['team/app', 'good']) {
      tag(registry, `${name}:index`, 'I')
      tag(registry, `${name}:one`, 'B')
      tag(registry, `${name}:cache`, 'C')
      registry.repository(name).revisions.delete(digestNamed('l'))
      registry.repository(name).layers.set(digestNamed('l'), 0)
    }
    expect(await broken(registry)).toEqual({})
    const { layers, revisions } = registry.repository('team/app')
    const unlinked = (name: string) => `${digestNamed(name)} is not linked in its repository`
    revisions.delete(digestNamed('A'))
    expect(await broken(registry)).toEqual({ 'team/app:index': unlinked('A') })
    revisions.set(digestNamed('A'), 0)
    layers.delete(digestNamed('b'))
    layers.delete(digestNamed('l'))
    expect(await broken(registry)).toEqual({
      'team/app:index': unlinked('b'),
      'team/app:one': unlinked('b'),
      'team/app:cache': unlinked('l'),
    })
    // An index may list a manifest under any media type, and no client takes it for a blob then.
    layers.set(digestNamed('l'), 0)
    registry.blobs.delete(digestNamed('m'))
    expect(await broken(registry)).toMatchObject({
      'team/app:cache': `${digestNamed('m')} is missing`,
    })
  })

  it('counts what a sparse index lists and does not link, where that is accepted', async () => {
    const registry = registryWith({
      A: image(['a']),
      I: index(['A', 'M', 'N']),
      J: index(['M', 'I']),
    })
    for (const name of ['I', 'J']) tag(registry, `team/app:${name}`, name)
    for (const name of ['M', 'N']) {
      registry.repository('team/app').revisions.delete(digestNamed(name))
      registry.blobs.delete(digestNamed(name))
    }
    expect((await verify(registry)).wholeTags).toBe(0)
    const accepted = { tags: 2, wholeTags: 2, broken: [], absentPlatforms: 2 }
    expect(await verify(registry, true)).toEqual(accepted)
    // What is linked and gone is damage all the same.
    registry.repository('team/app').revisions.set(digestNamed('N'), 0)
    const reason = `${digestNamed('N')} is missing`
    expect(await verify(registry, true)).toMatchObject({
      broken: [
        { tag: 'I', reason },
        { tag: 'J', reason },
      ],
    })
    registry.repository('team/app').revisions.delete(digestNamed('N'))
    // A layer may never be absent.
    registry.repository('team/app').layers.delete(digestNamed('a'))
    expect(await verify(registry, true)).toMatchObject({ wholeTags: 0 })
  })

  it('takes nothing for absent in a repository that hides what it holds', async () => {
    const registry = registryWith({ A: image(['a']), I: index(['A', 'M']) })
    tag(registry, 'team/app:1', 'I')
    expect((await verify(registry, true)).wholeTags).toBe(1)
    const fault = { repository: 'team/app', reason: 'a link is empty', hidesContent: true }
    registry.repository('team/app').faults.push(fault)
    expect(await verify(registry, true)).toEqual({
      tags: 1,
      wholeTags: 0,
      broken: [
        {
          repository: 'team/app',
          tag: '1',
          digest: digestNamed('I'),
          reason: `${digestNamed('M')} is missing`,
        },
      ],
    })
  })
})
