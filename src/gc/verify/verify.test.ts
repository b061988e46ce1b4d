import type { RegistryReader } from '../ports/registry-reader.ts'
import { image, index, sizeOf, softDelete, tag, registryWith } from '#testing/gc/model-images.ts'
import { digestNamed, type ModelRegistry } from '#testing/gc/model-registry.ts'
import type { Manifest } from '#domain/manifest/manifest.ts'
import { describe, expect, it } from 'vitest'
import { verifyStore } from './verify.ts'

const verify = (registry: ModelRegistry, signal?: { aborted: boolean }) =>
  verifyStore({
    reader: registry.reader,
    clock: { nowMs: () => registry.nowMs },
    pause: () => Promise.resolve(),
    signal,
  })

/** The reasons by `repository:tag`. */
async function broken(registry: ModelRegistry): Promise<Record<string, string>> {
  const { broken: found } = await verify(registry)
  return Object.fromEntries(
    found.map(({ repository, tag: name, reason }) => [`${repository}:${name}`, reason]),
  )
}

const resize = (registry: ModelRegistry, name: string, sizeBytes: number) => {
  const known = registry.blobs.get(digestNamed(name))
  if (known) registry.blobs.set(digestNamed(name), { ...known, sizeBytes })
}

/** An image whose descriptor of x states a wrong size. */
function lying(): Manifest {
  const manifest = image(['l', 'x'])
  if (manifest.kind !== 'image') return manifest
  return { ...manifest, layers: manifest.layers.map((layer) => ({ ...layer, sizeBytes: 5 })) }
}

describe('verification', () => {
  it('counts the tags that are whole', async () => {
    const registry = registryWith({ A: image(['a', 'x']), I: index(['A']) })
    tag(registry, 'team/app:1', 'A')
    tag(registry, 'team/app:2', 'I')
    tag(registry, 'other:1', 'A')
    expect(await verify(registry)).toEqual({ tags: 3, wholeTags: 3, broken: [] })
  })

  it('says of each tag what is wrong with it, however deep that is', async () => {
    const registry = registryWith({
      A: image(['a', 'x']),
      B: image(['b', 'y']),
      I: index(['A', 'B']),
      O: index(['I']),
      C: image(['c', 'z']),
    })
    tag(registry, 'team/app:nested', 'O')
    tag(registry, 'team/app:one', 'A')
    tag(registry, 'team/app:short', 'C')
    registry.blobs.delete(digestNamed('y'))
    resize(registry, 'z', 1)
    expect(await broken(registry)).toEqual({
      'team/app:nested': `${digestNamed('y')} is missing`,
      'team/app:short': `${digestNamed('z')} has 1 bytes instead of ${sizeOf('z')}`,
    })
  })

  it('tells an unreadable link, a manifest that is not linked, and one that is gone', async () => {
    const registry = registryWith({ A: image(['a']), B: image(['b']), C: image(['c']) })
    for (const [name, letter] of Object.entries({ a: 'A', b: 'B', c: 'C' })) {
      tag(registry, `team/app:${name}`, letter)
    }
    const { tags, revisions } = registry.repository('team/app')
    tags.set('a', { digest: null, history: new Set() })
    revisions.delete(digestNamed('B'))
    registry.blobs.delete(digestNamed('C'))
    expect(await broken(registry)).toEqual({
      'team/app:a': 'its link cannot be read',
      'team/app:b': `${digestNamed('B')} is not linked in its repository`,
      'team/app:c': `${digestNamed('C')} is missing`,
    })
  })

  it('misses no layer that clients fetch from elsewhere, unless another image needs it here', async () => {
    const foreign = image(['w', 'base'])
    if (foreign.kind !== 'image') throw new Error('an image is an image')
    const layers = foreign.layers.map((layer) => ({
      ...layer,
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    }))
    const registry = registryWith({ W: { ...foreign, layers }, A: image(['a', 'base']) })
    tag(registry, 'windows:1', 'W')
    tag(registry, 'team/app:1', 'A')
    resize(registry, 'base', 1)
    const short = `${digestNamed('base')} has 1 bytes instead of ${sizeOf('base')}`
    expect(await broken(registry)).toEqual({ 'team/app:1': short, 'windows:1': short })
    // It lies in storage, and this repository does not serve it.
    registry.repository('windows').layers.clear()
    registry.repository('windows').layers.set(digestNamed('w'), 0)
    expect(await broken(registry)).toEqual({ 'team/app:1': short })
    registry.blobs.delete(digestNamed('base'))
    expect(await broken(registry)).toEqual({
      'team/app:1': `${digestNamed('base')} is missing`,
    })
  })

  it('blames a size that lies on the image that tells it, not on those that share the layer', async () => {
    const registry = registryWith({ L: lying(), A: image(['a', 'x']) })
    tag(registry, 'evil:1', 'L')
    tag(registry, 'team/app:1', 'A')
    resize(registry, 'x', sizeOf('x'))
    expect(await broken(registry)).toEqual({
      'evil:1': `${digestNamed('x')} has ${sizeOf('x')} bytes instead of 5`,
    })
  })

  it('lists a hundred broken tags at most, and counts them all', async () => {
    const registry = registryWith({ A: image(['a']) })
    for (let number = 0; number < 130; number += 1) tag(registry, `team/app:${number}`, 'A')
    registry.blobs.delete(digestNamed('a'))
    const verification = await verify(registry)
    expect(verification).toMatchObject({ tags: 130, wholeTags: 0 })
    expect(verification.broken).toHaveLength(100)
  })

  it('counts no tag whose image goes to the trash while it looks', async () => {
    const registry = registryWith({ A: image(['a']), B: image(['b']) })
    tag(registry, 'team/app:1', 'A')
    tag(registry, 'team/app:2', 'B')
    softDelete(registry, 'team/app', ['B'])
    // The tag as the verification saw it just before.
    tag(registry, 'team/app:2', 'B')
    registry.repository('team/app').revisions.delete(digestNamed('B'))
    expect(await verify(registry)).toEqual({ tags: 1, wholeTags: 1, broken: [] })
    // The trash of another repository says nothing about this repository's tags.
    tag(registry, 'other:2', 'B')
    registry.repository('other').revisions.delete(digestNamed('B'))
    expect(await broken(registry)).toEqual({
      'other:2': `${digestNamed('B')} is not linked in its repository`,
    })
  })

  it('can be stopped', async () => {
    const registry = registryWith({ A: image(['a']) })
    for (let number = 0; number < 40; number += 1) tag(registry, `team/app:${number}`, 'A')
    await expect(verify(registry, { aborted: true })).rejects.toThrow('stopped')
  })

  it('says that storage failed, and what it was doing', async () => {
    const registry = registryWith({ A: image(['a']) })
    tag(registry, 'team/app:1', 'A')
    const reader: RegistryReader = {
      ...registry.reader,
      stat: () => Promise.reject(new Error('no route')),
    }
    await expect(verify({ ...registry, reader })).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringMatching(/^looking for blobs failed: no route$/),
    })
  })
})

describe('a verification that reads every byte', () => {
  const digests = async (registry: ModelRegistry, stored: (name: string) => string | null) => {
    const progress: string[] = []
    const { broken: found } = await verifyStore({
      reader: registry.reader,
      clock: { nowMs: () => registry.nowMs },
      pause: () => Promise.resolve(),
      storedDigest: async (digest) => {
        const name = ['A', 'a', 'x'].find((each) => digestNamed(each) === digest) ?? ''
        const now = stored(name)
        return now === null ? null : digestNamed(now)
      },
      onProgress: (done, total) => void progress.push(`${done}/${total}`),
    })
    return { reasons: found.map(({ reason }) => reason), progress }
  }
  const registryOfOne = () => {
    const registry = registryWith({ A: image(['a', 'x']) })
    tag(registry, 'team/app:1', 'A')
    return registry
  }

  it('finds other bytes and what vanishes before it is read, and tells how far it is', async () => {
    const registry = registryOfOne()
    expect(await digests(registry, (name) => name)).toEqual({
      reasons: [],
      progress: ['1/3', '2/3', '3/3'],
    })
    expect(await digests(registry, (name) => (name === 'x' ? 'y' : name))).toMatchObject({
      reasons: [`${digestNamed('x')} has other content: its bytes are ${digestNamed('y')}`],
    })
    expect(await digests(registry, (name) => (name === 'x' ? null : name))).toMatchObject({
      reasons: [`${digestNamed('x')} is missing`],
    })
  })

  it('says which blob storage could not read', async () => {
    const failing = digests(registryOfOne(), (name) => {
      if (name === 'x') throw new Error('a bad sector')
      return name
    })
    await expect(failing).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: `reading ${digestNamed('x')} failed: a bad sector`,
    })
  })
})
