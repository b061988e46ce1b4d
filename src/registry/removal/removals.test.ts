import { describe, expect, it } from 'vitest'
import { tinyIndex } from '#testing/builders/tiny-image.ts'
import { blobFile, layerLink, revisionLink } from '../layout.ts'
import { repositoryName, tagName } from '#testing/builders/test-registry.ts'

import { app, commit, layer, old, other, removalWorld } from '#testing/builders/removal-world.ts'
describe('what is just being removed counts as absent', () => {
  it('a blob: to those who ask, mount, commit a manifest or restore an image', async () => {
    const on = await removalWorld({ begins: false })
    const { stopBefore, remove, blobs, manifests, trash } = on
    const id = await on.trashed(other, 'old')
    await on.begin()
    const pause = stopBefore('remove', blobFile(layer.digest))
    const removal = remove('blob', layer.digest)
    await pause.reached
    expect(await blobs.head(app, layer.digest)).toBeNull()
    expect(await blobs.open(app, layer.digest)).toBeNull()
    expect(await blobs.mount(repositoryName('team/new'), app, layer.digest)).toBe(false)
    expect(await manifests.putManifest(app, tagName('new'), commit(old))).toMatchObject({
      refusal: { code: 'MANIFEST_BLOB_UNKNOWN', missing: [layer.digest] },
    })
    const how = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
    expect(await trash.restore(id, how)).toMatchObject({
      refusal: { code: 'CONTENT_MISSING', missing: [layer.digest] },
    })
    // An image that is deleted during the removal is known to lack the layer: a restore gives it
    // back as it was.
    expect(await on.softDelete(app, 'old')).toMatchObject({ ok: true })
    pause.goOn()
    expect(await removal).toMatchObject({ kind: 'removed' })
  })

  it("a layer's link: in its repository alone", async () => {
    const { stopBefore, remove, blobs, pulls } = await removalWorld()
    const pause = stopBefore('remove', layerLink(app, layer.digest))
    const removal = remove('layer-link', layer.digest)
    await pause.reached
    expect(await blobs.head(app, layer.digest)).toBeNull()
    expect(await blobs.open(app, layer.digest)).toBeNull()
    expect(await blobs.mount(repositoryName('team/new'), app, layer.digest)).toBe(false)
    expect(await pulls(other, 'old')).toBe(true)
    pause.goOn()
    expect(await removal).toMatchObject({ kind: 'removed' })
  })

  it("a manifest's link: to those who pull it, tag it or list it in an index", async () => {
    const { stopBefore, remove, manifests } = await removalWorld()
    const pause = stopBefore('remove', revisionLink(app, old.digest))
    const removal = remove('revision', old.digest)
    await pause.reached
    expect(await manifests.readManifest(app, old.digest)).toBeNull()
    const tagging = manifests.tagManifest(app, tagName('new'), old.digest)
    const index = tinyIndex({ amd64: old })
    const listing = manifests.putManifest(app, tagName('index'), commit(index))
    pause.goOn()
    expect(await removal).toMatchObject({ kind: 'removed' })
    expect(await tagging).toMatchObject({ refusal: { code: 'MANIFEST_UNKNOWN' } })
    expect(await listing).toMatchObject({ refusal: { missing: [old.digest] } })
  })
})

describe('what is written again while it is being removed is there afterwards', () => {
  it('a blob that is uploaded', async () => {
    const { stopBefore, remove, pushBlob, blobs } = await removalWorld()
    const pause = stopBefore('remove', blobFile(layer.digest))
    const removal = remove('blob', layer.digest)
    await pause.reached
    const upload = pushBlob(app, layer)
    await pausesAway()
    pause.goOn()
    expect(await removal).toMatchObject({ kind: 'removed' })
    await upload
    expect((await blobs.head(app, layer.digest))?.sizeBytes).toBe(layer.bytes.length)
    expect(await remove('blob', layer.digest)).toEqual({ kind: 'in use' })
  })

  it.each(['upload', 'mount'] as const)("a layer's link, by %s", async (how) => {
    const { stopBefore, remove, pushBlob, blobs } = await removalWorld()
    const pause = stopBefore('remove', layerLink(app, layer.digest))
    const removal = remove('layer-link', layer.digest)
    await pause.reached
    const written = how === 'upload' ? pushBlob(app, layer) : blobs.mount(app, other, layer.digest)
    await pausesAway()
    pause.goOn()
    expect(await removal).toMatchObject({ kind: 'removed' })
    await written
    expect(await blobs.head(app, layer.digest)).not.toBeNull()
    expect(await remove('layer-link', layer.digest)).toEqual({ kind: 'in use' })
  })

  it.each([
    ['link', 'revision', revisionLink(app, old.digest)],
    ['bytes', 'blob', blobFile(old.digest)],
  ] as const)("a manifest's %s", async (_, step, file) => {
    const { stopBefore, remove, manifests, pulls } = await removalWorld()
    const pause = stopBefore('remove', file)
    const removal = remove(step, old.digest)
    await pause.reached
    const committed = manifests.putManifest(app, tagName('again'), commit(old))
    await pausesAway()
    pause.goOn()
    expect(await removal).toMatchObject({ kind: 'removed' })
    expect(await committed).toMatchObject({ ok: true })
    expect(await pulls(app, 'again')).toBe(true)
    for (const each of ['revision', 'blob'] as const) {
      expect(await remove(each, old.digest)).toEqual({ kind: 'in use' })
    }
  })
})

describe('a batch that is just being removed', () => {
  const [config = layer, base = layer] = old.blobs

  it('counts as absent, but for those of it that are leased', async () => {
    const on = await removalWorld({ begins: false })
    const id = await on.trashed(other, 'old')
    await on.begin()
    await on.blobs.head(app, base.digest, 'push-check')
    const pause = on.stopBefore('remove', blobFile(layer.digest))
    const removal = on.removeAll('blob', [config.digest, base.digest, layer.digest])
    await pause.reached
    expect(await on.blobs.head(app, layer.digest)).toBeNull()
    expect(await on.blobs.head(app, config.digest)).toBeNull()
    expect(await on.blobs.head(app, base.digest)).not.toBeNull()
    pause.goOn()
    expect((await removal).map(({ kind }) => kind)).toEqual(['removed', 'in use', 'removed'])
    expect(await on.trash.get(id)).not.toBeNull()
  })

  it('is waited for by those who write any of it again', async () => {
    const on = await removalWorld()
    const pause = on.stopBefore('remove', blobFile(config.digest))
    const removal = on.removeAll('blob', [config.digest, layer.digest])
    await pause.reached
    let isThere = false
    const upload = on.pushBlob(app, layer).then(() => (isThere = true))
    await pausesAway()
    expect(isThere).toBe(false)
    pause.goOn()
    await removal
    await upload
    expect((await on.blobs.head(app, layer.digest))?.sizeBytes).toBe(layer.bytes.length)
  })
})

/** Lets every request run as far as it can. */
const pausesAway = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
