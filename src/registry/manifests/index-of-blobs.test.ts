import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { lookAtStore } from '#gc/look.ts'
import { verifyStore } from '#gc/verify/verify.ts'
import {
  contentOf,
  indexOfEntries,
  tinyImage,
  type TinyContent,
  type TinyManifest,
} from '#testing/builders/tiny-image.ts'
import { clock, collect, isThere } from '#testing/builders/hostile-registry.ts'
import { layerLink, revisionLink } from '../layout.ts'
import {
  openTestRegistry,
  repositoryName,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
const hour = 3_600_000
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip'
const configType = 'application/vnd.buildkit.cacheconfig.v0'

/** An index as BuildKit exports its cache: it lists layers, and how they were made. */
const layer = contentOf('a layer of the cache')
const config = contentOf('{"layers":[{"blob":"…"}],"records":[]}')
const cache = indexOfEntries([
  [layerType, layer],
  [configType, config],
])
/**
 * An index as containerd writes a checkpoint: manifests beside blobs with their own media types.
 */
const image = tinyImage({ layers: ['of the image'] })
const memory = contentOf('the memory of a process')
const criu = 'application/vnd.containerd.container.criu.checkpoint.criu.tar'
const checkpoint = indexOfEntries([
  [image.mediaType, image],
  [criu, memory],
])

const sizeOf = (...contents: readonly TinyContent[]) =>
  contents.reduce((sum, { bytes }) => sum + bytes.length, 0)

const open = () => openTestRegistry({ storage: createMemoryFileTree({ clock }), clock })

async function withCache(): Promise<TestRegistry> {
  const registry = open()
  for (const blob of [layer, config]) await registry.pushBlob('team/app', blob)
  await registry.push('team/app', cache, 'cache')
  return registry
}

const isServed = async (registry: TestRegistry, ...blobs: readonly TinyContent[]) => {
  const files = await Promise.all(blobs.map(({ digest }) => registry.blobs.head(app, digest)))
  return files.every((file) => file !== null)
}

const verified = ({ reader }: TestRegistry) =>
  verifyStore({ reader, clock, pause: () => Promise.resolve() })

const isLinked = async ({ storage }: TestRegistry, path: string) =>
  (await storage.open(path)) !== null

describe('an index of blobs', () => {
  it('is taken when the repository has them, and refused when it lacks one', async () => {
    const registry = open()
    await registry.pushBlob('team/app', layer)
    // The blob of another repository does not count here.
    await registry.pushBlob('other', config)
    expect(await registry.manifests.putManifest(app, cache.digest, cache)).toMatchObject({
      ok: false,
      refusal: { code: 'MANIFEST_BLOB_UNKNOWN', missing: [config.digest] },
    })
    await registry.pushBlob('team/app', config)
    expect(await registry.manifests.putManifest(app, cache.digest, cache)).toMatchObject({
      ok: true,
    })
  })

  it('lists manifests beside them, which no layer stands in for', async () => {
    const registry = open()
    await registry.pushBlob('team/app', memory)
    await registry.pushBlob('team/app', image)
    expect(await registry.manifests.putManifest(app, checkpoint.digest, checkpoint)).toMatchObject({
      refusal: { code: 'MANIFEST_BLOB_UNKNOWN', missing: [image.digest] },
    })
    await registry.push('team/app', image)
    expect(await registry.manifests.putManifest(app, checkpoint.digest, checkpoint)).toMatchObject({
      ok: true,
    })
  })

  it('lists a manifest under any media type', async () => {
    const registry = open()
    await registry.push('team/app', image)
    const index = indexOfEntries([['application/vnd.example', image]])
    await registry.push('team/app', index, '1.0')
    await collect(registry, true)
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('is whole without a layer that clients fetch from elsewhere', async () => {
    const registry = open()
    const windows = contentOf('a layer of Windows')
    const foreign = indexOfEntries([
      ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', windows],
      [layerType, layer],
    ])
    await registry.pushBlob('team/app', layer)
    await registry.push('team/app', foreign, 'cache')
    const shown = async () => {
      const { layers = [] } = (await registry.queries.image(app, foreign.digest)) ?? {}
      return layers.map(({ digest }) => digest)
    }
    const flaws = () => registry.queries.flaws(app, [foreign.digest])
    const whole = { tags: 1, wholeTags: 1, broken: [] }
    expect(await verified(registry)).toEqual(whole)
    expect(await flaws()).toEqual(new Map())
    expect(await shown()).toEqual([layer.digest])

    // Where it was pushed, it is kept and shown like any other.
    await registry.pushBlob('team/app', windows)
    await collect(registry, true)
    expect(await isServed(registry, windows)).toBe(true)
    expect(await verified(registry)).toEqual(whole)
    expect(await flaws()).toEqual(new Map())
    expect(await shown()).toEqual([windows.digest, layer.digest])
  })

  it('needs them while it is there, and is whole', async () => {
    const registry = await withCache()
    await collect(registry, true)
    expect(await isServed(registry, layer, config)).toBe(true)
    expect(await verified(registry)).toEqual({ tags: 1, wholeTags: 1, broken: [] })
    const pause = () => Promise.resolve()
    const look = await lookAtStore({ reader: registry.reader, clock, pause })
    const policy = { collectUntagged: false, untaggedMinimumAgeHours: 24 }
    expect(await look.explain(layer.digest, policy)).toMatchObject({
      kind: 'kept',
      root: { kind: 'tag', tag: 'cache' },
      path: [
        { digest: cache.digest, as: 'root' },
        { digest: layer.digest, as: 'layer' },
      ],
    })
  })

  it('shows all its bytes, and which of them go with it', async () => {
    const registry = await withCache()
    const whole = sizeOf(cache, layer, config)
    expect(await registry.queries.impact(app, ['cache'], true)).toMatchObject({
      exclusiveBytes: whole,
    })
    expect(await registry.queries.image(app, cache.digest)).toMatchObject({
      sizeBytes: whole,
      exclusiveBytes: whole,
      layers: [
        { digest: layer.digest, kind: 'layer', sizeBytes: layer.bytes.length, exclusive: true },
        { digest: config.digest, kind: 'config', sizeBytes: config.bytes.length, exclusive: true },
      ],
    })
    expect(await registry.queries.layerMap(app, [cache.digest])).toMatchObject({
      images: [{ exclusiveBytes: whole, layers: [0, 1], exclusiveLayers: [0, 1] }],
    })
    // An image that has the layer too: the layer stays with that image.
    await registry.push('team/app', tinyImage({ layers: ['a layer of the cache'] }), '1.0')
    expect(await registry.queries.impact(app, ['cache'], true)).toMatchObject({
      exclusiveBytes: sizeOf(cache, config),
      sharedBytes: layer.bytes.length,
    })
  })

  it('holds them in the trash, from where it comes back whole', async () => {
    const registry = await withCache()
    const id = await registry.trashed('team/app', 'cache', { retentionMs: 1000 * hour })
    expect(await registry.queries.heldBytes()).toEqual(
      new Map([[id, sizeOf(cache, layer, config)]]),
    )
    await collect(registry)
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await isServed(registry, layer, config)).toBe(true)
    expect(await verified(registry)).toMatchObject({ wholeTags: 1 })
    expect(await isLinked(registry, revisionLink(app, layer.digest))).toBe(false)
  })

  it('is linked to them again when it comes back and a link is gone', async () => {
    const registry = await withCache()
    const id = await registry.trashed('team/app', 'cache', { retentionMs: 1000 * hour })
    expect(await registry.unlinkBlob(app, layer.digest)).toMatchObject({ ok: true })
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await isServed(registry, layer, config)).toBe(true)
  })

  it('brings back what it lists as a manifest, also where that lies in another entry', async () => {
    const registry = open()
    await registry.push('team/app', image, 'image')
    await registry.pushBlob('team/app', memory)
    const odd = indexOfEntries([
      ['application/vnd.example', image],
      [criu, memory],
    ])
    await registry.push('team/app', odd, 'odd')
    const id = await registry.trashed('team/app', 'odd', { retentionMs: 1000 * hour })
    await registry.trashed('team/app', 'image', { retentionMs: 1000 * hour })
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await registry.pulls('team/app', image.digest)).toBe(true)
    expect(await isServed(registry, memory)).toBe(true)
    expect(await isLinked(registry, layerLink(app, image.digest))).toBe(false)
  })

  it('is not restored without one of them', async () => {
    const registry = await withCache()
    const id = await registry.trashed('team/app', 'cache', { retentionMs: 1000 * hour })
    await registry.storage.remove(
      `docker/registry/v2/blobs/sha256/${layer.digest.slice(7, 9)}/${layer.digest.slice(7)}`,
    )
    expect(await registry.trash.restore(id, restore)).toMatchObject({
      refusal: { code: 'CONTENT_MISSING', missing: [layer.digest] },
    })
  })

  it('frees all of them when it is gone', async () => {
    const registry = await withCache()
    await registry.trashed('team/app', 'cache')
    const { result } = await collect(registry)
    expect(result.removed).toEqual({
      bytes: sizeOf(cache, layer, config),
      layers: 2,
      manifests: 1,
    })
    for (const content of [cache, layer, config])
      expect(await isThere(registry, content)).toBe(false)
  })

  it('keeps all that may be needed where what it lists is linked as a manifest and cannot be read', async () => {
    const registry = open()
    await registry.push('team/app', image)
    const index: TinyManifest = indexOfEntries([['application/vnd.example', image]])
    await registry.push('team/app', index, '1.0')
    await registry.storage.write(
      `docker/registry/v2/blobs/sha256/${image.digest.slice(7, 9)}/${image.digest.slice(7)}/data`,
      new TextEncoder().encode('{'),
    )
    await collect(registry, true)
    for (const blob of image.blobs) expect(await isThere(registry, blob)).toBe(true)
  })
})
