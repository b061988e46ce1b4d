import { image, index, softDelete, storeBlob, tag, registryWith } from '#fixtures/model-images.ts'
import { digestNamed, type ModelRegistry } from '#fixtures/model-registry.ts'
import { describe, expect, it } from 'vitest'
import type { RegistryReader } from './ports.ts'
import { verifyStore } from './verify.ts'

const verify = (registry: ModelRegistry) =>
  verifyStore({
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
    // A manifest may be listed under any media type, and is a blob to nobody then.
    layers.set(digestNamed('l'), 0)
    registry.blobs.delete(digestNamed('m'))
    expect(await broken(registry)).toMatchObject({
      'team/app:cache': `${digestNamed('m')} is missing`,
    })
  })
})
