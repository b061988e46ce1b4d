import { describe, expect, it } from 'vitest'
import { leasedOf } from '#testing/conformance/coordination/blob-leases.ts'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { blobFile, layerLink, revisionLink } from '../layout.ts'
import { openTestRegistry, repositoryName, tagName } from '#testing/builders/test-registry.ts'

import { app, commit, layer, old, removalWorld } from '#testing/builders/removal-world.ts'
describe('what a client relies on stays', () => {
  /** What a client does, and the call of storage before which a removal comes in between. */
  const acts = {
    'asks for a blob': [
      'open',
      layerLink(app, layer.digest),
      (on: World) => on.blobs.head(app, layer.digest),
    ],
    'pulls a blob': [
      'open',
      layerLink(app, layer.digest),
      (on: World) => on.blobs.open(app, layer.digest),
    ],
    'mounts a blob': [
      'open',
      blobFile(layer.digest),
      (on: World) => on.blobs.mount(repositoryName('team/new'), app, layer.digest),
    ],
    'uploads a blob': ['move', blobFile(layer.digest), (on: World) => on.pushBlob(app, layer)],
    'commits a manifest': [
      'write',
      blobFile(old.digest),
      (on: World) => on.manifests.putManifest(app, tagName('new'), commit(old)),
    ],
    'restores an image': [
      'write',
      revisionLink(app, old.digest),
      async (on: World) => {
        const id = await on.trashed(app, 'old')
        const how = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
        return await on.trash.restore(id, how)
      },
    ],
  } as const
  type World = Awaited<ReturnType<typeof removalWorld>>

  it.each(Object.entries(acts))('while a client %s', async (_, [call, path, act]) => {
    const on = await removalWorld({ pushLeaseMs: 0 })
    const pause = on.stopBefore(call, path)
    const done = act(on)
    await pause.reached
    expect(await on.remove('blob', layer.digest)).toEqual({ kind: 'in use' })
    // A client that changes a repository may hold its lock, so the removal is not awaited here.
    const unlinking = on.remove('layer-link', layer.digest)
    pause.goOn()
    expect(await unlinking).toEqual({ kind: 'in use' })
    expect(await done).not.toBeNull()
  })

  it.each(Object.entries(acts))(
    'when a collection begins while a client %s',
    async (_, [call, path, act]) => {
      const on = await removalWorld({ begins: false, pushLeaseMs: 0 })
      const pause = on.stopBefore(call, path)
      const done = act(on)
      await pause.reached
      await on.begin()
      expect(await on.remove('blob', layer.digest)).toEqual({ kind: 'in use' })
      pause.goOn()
      await done
      expect(await on.remove('blob', layer.digest)).toEqual({ kind: 'in use' })
    },
  )

  it.each(['ask', 'tag', 'list'] as const)(
    'a manifest, whatever its stamp says: %s',
    async (how) => {
      const { manifests, remove } = await removalWorld({ stampsLagMs: 86_400_000 })
      const index = tinyIndex({ amd64: old })
      if (how === 'ask') await manifests.readManifest(app, old.digest)
      if (how === 'tag') await manifests.tagManifest(app, tagName('new'), old.digest)
      if (how === 'list') await manifests.putManifest(app, tagName('index'), commit(index))
      expect(await remove('revision', old.digest)).toEqual({ kind: 'in use' })
      // The references of its platforms are leased as well. In the other cases the sweep keeps what
      // a retained manifest leads to.
      if (how === 'list') expect(await remove('blob', layer.digest)).toEqual({ kind: 'in use' })
    },
  )

  it('but not what is not there: nobody was told that it is', async () => {
    const { blobs, manifests, remove } = await removalWorld()
    const elsewhere = repositoryName('team/new')
    expect(await blobs.head(elsewhere, layer.digest, 'push-check')).toBeNull()
    expect(await blobs.open(elsewhere, layer.digest)).toBeNull()
    expect(await blobs.mount(app, elsewhere, layer.digest)).toBe(false)
    expect(await manifests.readManifest(elsewhere, old.digest, 'push-check')).toBeNull()
    expect(await remove('blob', layer.digest)).toMatchObject({ kind: 'removed' })
    expect(await remove('blob', old.digest)).toMatchObject({ kind: 'removed' })
  })

  it('an upload, while it is written to; while it is removed, nobody writes to it', async () => {
    const { uploads, remove, stopBefore, begin } = await removalWorld({ begins: false })
    const append = (id: string) => uploads.append(app, id, { body: layer.bytes })
    const folderOf = (id: string) => `docker/registry/v2/repositories/team/app/_uploads/${id}`
    const take = (id: string) => remove('upload', old.digest, { name: id, digest: null })
    const { id: resumed } = await uploads.start(app)
    const { id: given } = await uploads.start(app)
    await begin()

    const writing = stopBefore('write', `${folderOf(resumed)}/data`)
    const appended = append(resumed)
    await writing.reached
    expect(await take(resumed)).toEqual({ kind: 'in use' })
    writing.goOn()
    expect(await appended).toMatchObject({ ok: true })

    const removing = stopBefore('remove', folderOf(given))
    const taken = take(given)
    await removing.reached
    expect(await append(given)).toMatchObject({ ok: false })
    removing.goOn()
    expect(await taken).toMatchObject({ kind: 'removed' })
    expect(await append(given)).toMatchObject({ refusal: { code: 'BLOB_UPLOAD_UNKNOWN' } })
  })
})

describe('what pushes were told before a collection began', () => {
  it('stays, where they go on: blobs asked for, mounted or uploaded, manifests', async () => {
    const { blobs, manifests, pushBlob, remove, begin } = await removalWorld({ begins: false })
    const [config, base = old] = old.blobs
    await blobs.head(app, layer.digest, 'push-check')
    await blobs.mount(repositoryName('team/new'), app, base.digest)
    await pushBlob(app, config ?? old)
    await manifests.readManifest(app, old.digest, 'push-check')
    await begin()
    for (const { digest } of [...old.blobs, old]) {
      expect(await remove('blob', digest)).toEqual({ kind: 'in use' })
    }
  })

  it('may go, where they are kept out, and what is only read may go as well', async () => {
    const rejecting = await removalWorld({ begins: false })
    await rejecting.blobs.head(app, layer.digest, 'push-check')
    await rejecting.begin(false)
    await rejecting.blobs.head(app, layer.digest, 'push-check')
    expect(await rejecting.remove('blob', layer.digest)).toMatchObject({ kind: 'removed' })
    const reading = await removalWorld({ begins: false })
    await reading.blobs.head(app, layer.digest)
    await reading.blobs.open(app, layer.digest)
    await reading.begin()
    expect(await reading.remove('blob', layer.digest)).toMatchObject({ kind: 'removed' })
  })

  it('is what the manifest holds, once that is committed; without a tag, that stays too', async () => {
    for (const reference of [tagName('new'), old.digest]) {
      const { push, manifests, remove, begin } = await removalWorld({ begins: false })
      await push(app, old, reference)
      expect(await manifests.readManifest(app, reference)).not.toBeNull()
      await begin()
      expect(await remove('blob', layer.digest)).toMatchObject({ kind: 'removed' })
      const kind = reference === old.digest ? 'in use' : 'removed'
      expect(await remove('blob', old.digest)).toMatchObject({ kind })
    }
  })

  it('may go when a client deletes the manifest', async () => {
    const { manifests, softDelete, remove, begin } = await removalWorld({ begins: false })
    await manifests.readManifest(app, old.digest, 'push-check')
    await softDelete(app, 'old')
    await begin()
    expect(await remove('blob', old.digest)).toMatchObject({ kind: 'removed' })
  })

  it('a layer that need not be there, and is, once a manifest names it', async () => {
    const registry = openTestRegistry()
    const pushed = contentOf('a base of Windows')
    await registry.pushBlob('team/app', pushed)
    const image = tinyImage({ layers: ['a base of Windows'] })
    const [config] = image.blobs
    if (config) await registry.pushBlob('team/app', config)
    const text = new TextDecoder()
      .decode(image.bytes)
      .replace('layer.v1', 'layer.nondistributable.v1')
    const windows = contentOf(text)
    await registry.leases.startCollection({ includePushLeases: false })
    expect(
      await registry.manifests.putManifest(repositoryName('team/app'), windows.digest, windows),
    ).toMatchObject({ ok: true })
    expect(await leasedOf(registry.leases, [pushed.digest])).toEqual([pushed.digest])
  })
})
