import { describe, expect, it } from 'vitest'
import {
  contentOf,
  indexOfEntries,
  tinyImage,
  tinyIndex,
  type TinyContent,
  type TinyManifest,
} from '#testing/builders/tiny-image.ts'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const image = tinyImage({ layers: ['base', 'one more'] })
const [config, base, more] = image.blobs
const foreign = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'

/** The manifest with another size in each descriptor of that content. */
function misstated(manifest: TinyManifest, content: TinyContent | undefined, size: number) {
  const text = new TextDecoder().decode(manifest.bytes)
  const told = `"digest":"${content?.digest}","size":${content?.bytes.length}`
  const changed = text.replace(told, `"digest":"${content?.digest}","size":${size}`)
  expect(changed).not.toBe(text)
  return { ...manifest, ...contentOf(changed) }
}

async function refusalOf(manifest: TinyManifest): Promise<unknown> {
  const registry = openTestRegistry()
  await registry.push('team/app', image)
  for (const blob of manifest.blobs) await registry.pushBlob('team/app', blob)
  const put = await registry.manifests.putManifest(app, manifest.digest, manifest)
  const stored = await registry.manifests.readManifest(app, manifest.digest)
  expect(stored?.digest).toBe(put.ok ? manifest.digest : undefined)
  return put.ok ? null : `${put.refusal.code}: ${put.refusal.message}`
}

describe('a manifest that misstates a size', () => {
  it('is refused, and the answer says where, and names both', async () => {
    const index = tinyIndex({ amd64: image })
    expect(await refusalOf(misstated(image, config, 0))).toBe(
      `MANIFEST_INVALID: sizes differ from what is stored: config says that ${config?.digest} has 0 bytes, not ${config?.bytes.length}; correct them and push again`,
    )
    expect(await refusalOf(misstated(image, more, 15))).toBe(
      `MANIFEST_INVALID: sizes differ from what is stored: layers[1] says that ${more?.digest} has 15 bytes, not 8; correct them and push again`,
    )
    expect(await refusalOf(misstated(index, image, 9))).toBe(
      `MANIFEST_INVALID: sizes differ from what is stored: manifests[0] says that ${image.digest} has 9 bytes, not ${image.bytes.length}; correct them and push again`,
    )
    for (const right of [image, index]) expect(await refusalOf(right)).toBeNull()
  })

  it('is told of every blob that an index lists, and of each time that it is listed', async () => {
    const layer = contentOf('a layer')
    const cache = { ...indexOfEntries([['application/vnd.example', layer]]), blobs: [layer] }
    expect(await refusalOf(misstated(cache, layer, 8))).toContain('manifests[0] says that')
    const twice = tinyImage({ layers: ['base', 'base'] })
    expect(await refusalOf(twice)).toBeNull()
    // The first of the two descriptors has the wrong size.
    expect(await refusalOf(misstated(twice, base, 3))).toContain(
      `layers[0] says that ${base?.digest} has 3 bytes, not 4`,
    )
  })

  it('may name a layer that was never pushed, but not misstate one that was', async () => {
    const text = new TextDecoder().decode(image.bytes)
    const windows: TinyManifest = {
      ...image,
      ...contentOf(text.replaceAll('application/vnd.oci.image.layer.v1.tar+gzip', foreign)),
    }
    expect(await refusalOf(misstated(windows, more, 9))).toContain('layers[1] says that')
    const registry = openTestRegistry()
    for (const blob of image.blobs.slice(0, 1)) await registry.pushBlob('team/app', blob)
    expect(await registry.manifests.putManifest(app, windows.digest, windows)).toMatchObject({
      ok: true,
    })
  })

  it('is deleted and restored all the same where it is stored', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', image, '1.0')
    const lying = misstated(image, more, 9)
    const link = `docker/registry/v2/repositories/team/app/_manifests`
    const hex = lying.digest.slice('sha256:'.length)
    await registry.storage.write(
      `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`,
      lying.bytes,
    )
    const text = new TextEncoder().encode(lying.digest)
    await registry.storage.write(`${link}/revisions/sha256/${hex}/link`, text)
    await registry.storage.write(`${link}/tags/odd/current/link`, text)
    const id = await registry.trashed('team/app', 'odd', { retentionMs: 1000 })
    const restored = await registry.trash.restore(id, {
      onConflict: 'refuse',
      restoredBy: 'bob',
      retentionMs: 0,
    })
    expect(restored).toMatchObject({ ok: true, value: { tags: ['odd'] } })
  })
})
