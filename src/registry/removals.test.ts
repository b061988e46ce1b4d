import { describe, expect, it } from 'vitest'
import { createMemoryStorage } from '#adapters/memory/memory-storage.ts'
import type { PlannedRemoval } from '#domain/collection-result.ts'
import type { Digest } from '#domain/digest.ts'
import { tinyImage, tinyIndex, type TinyManifest } from '#fixtures/tiny-image.ts'
import {
  blobFile,
  blobFolder,
  layerFolder,
  layerLink,
  revisionFolder,
  revisionLink,
} from './layout.ts'
import { pausingStorage } from './pausing-storage.contract.ts'
import { openTestRegistry, repositoryName, tagName } from './test-registry.contract.ts'

const app = repositoryName('team/app')
const other = repositoryName('team/other')
const old = tinyImage({ layers: ['base', 'old'] })
const [, , layer = old] = old.blobs
const commit = (image: TinyManifest) => ({ bytes: image.bytes, contentType: image.mediaType })

/** Both repositories have the image; an hour later a collection begins, unless it is told to wait. */
async function world({ begins = true, rememberedMs = 3_600_000 } = {}) {
  const hourMs = 3_600_000
  let nowMs = Date.UTC(2026, 0, 1)
  const clock = { nowMs: () => nowMs }
  const pausing = pausingStorage(createMemoryStorage({ clock }))
  const registry = openTestRegistry({ storage: pausing.storage, clock, rememberedMs })
  for (const repository of [app, other]) await registry.push(repository, old, 'old')
  nowMs += hourMs
  function begin(withRemembered = true): void {
    nowMs += 1000
    registry.holds.begin({ withRemembered })
  }
  if (begins) begin()
  const remove = (
    step: PlannedRemoval['step'],
    digest: Digest,
    more: Partial<PlannedRemoval> = {},
  ) =>
    registry.remover.remove(
      {
        step,
        digest,
        cause: 'deleted image',
        repository: step === 'blob' ? null : app,
        name: null,
        isManifest: false,
        sizeBytes: 0,
        ...more,
      },
      nowMs,
    )
  return { ...pausing, ...registry, begin, remove }
}

describe('what is just being removed counts as absent', () => {
  it('a blob: to those who ask, mount, commit a manifest or restore an image', async () => {
    const on = await world({ begins: false })
    const { stopBefore, remove, blobs, manifests, trash } = on
    const id = await on.trashed(other, 'old')
    on.begin()
    const pause = stopBefore('remove', blobFolder(layer.digest))
    const removal = remove('blob', layer.digest)
    await pause.reached
    expect(await blobs.open(app, layer.digest)).toBeNull()
    expect(await blobs.mount(repositoryName('team/new'), app, layer.digest)).toBe(false)
    expect(await manifests.put(app, tagName('new'), commit(old))).toMatchObject({
      refusal: { code: 'MANIFEST_BLOB_UNKNOWN', missing: [layer.digest] },
    })
    const how = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
    expect(await trash.restore(id, how)).toMatchObject({
      refusal: { code: 'CONTENT_MISSING', missing: [layer.digest] },
    })
    // What is deleted meanwhile is known to lack it: that can be restored as it was.
    expect(await on.softDelete(app, 'old')).toMatchObject({ ok: true })
    pause.goOn()
    expect(await removal).toMatchObject({ kind: 'removed' })
  })

  it("a layer's link: in its repository alone", async () => {
    const { stopBefore, remove, blobs, pulls } = await world()
    const pause = stopBefore('remove', layerFolder(app, layer.digest))
    const removal = remove('layer-link', layer.digest)
    await pause.reached
    expect(await blobs.open(app, layer.digest)).toBeNull()
    expect(await blobs.mount(repositoryName('team/new'), app, layer.digest)).toBe(false)
    expect(await pulls(other, 'old')).toBe(true)
    pause.goOn()
    expect(await removal).toMatchObject({ kind: 'removed' })
  })

  it("a manifest's link: to those who pull it, tag it or list it in an index", async () => {
    const { stopBefore, remove, manifests } = await world()
    const pause = stopBefore('remove', revisionFolder(app, old.digest))
    const removal = remove('revision', old.digest)
    await pause.reached
    expect(await manifests.get(app, old.digest)).toBeNull()
    const tagging = manifests.tag(app, tagName('new'), old.digest)
    const index = tinyIndex({ amd64: old })
    const listing = manifests.put(app, tagName('index'), commit(index))
    pause.goOn()
    expect(await removal).toMatchObject({ kind: 'removed' })
    expect(await tagging).toMatchObject({ refusal: { code: 'MANIFEST_UNKNOWN' } })
    expect(await listing).toMatchObject({ refusal: { missing: [old.digest] } })
  })
})

describe('what is written again while it is being removed is there afterwards', () => {
  it('a blob that is uploaded', async () => {
    const { stopBefore, remove, pushBlob, blobs } = await world()
    const pause = stopBefore('remove', blobFolder(layer.digest))
    const removal = remove('blob', layer.digest)
    await pause.reached
    const upload = pushBlob(app, layer)
    await pausesAway()
    pause.goOn()
    expect(await removal).toMatchObject({ kind: 'removed' })
    await upload
    expect((await blobs.open(app, layer.digest))?.sizeBytes).toBe(layer.bytes.length)
    expect(await remove('blob', layer.digest)).toEqual({ kind: 'in use' })
  })

  it.each(['upload', 'mount'] as const)("a layer's link, by %s", async (how) => {
    const { stopBefore, remove, pushBlob, blobs } = await world()
    const pause = stopBefore('remove', layerFolder(app, layer.digest))
    const removal = remove('layer-link', layer.digest)
    await pause.reached
    const written = how === 'upload' ? pushBlob(app, layer) : blobs.mount(app, other, layer.digest)
    await pausesAway()
    pause.goOn()
    expect(await removal).toMatchObject({ kind: 'removed' })
    await written
    expect(await blobs.open(app, layer.digest)).not.toBeNull()
    expect(await remove('layer-link', layer.digest)).toEqual({ kind: 'in use' })
  })

  it.each([
    ['link', 'revision', revisionFolder(app, old.digest)],
    ['bytes', 'blob', blobFolder(old.digest)],
  ] as const)("a manifest's %s", async (_, step, folder) => {
    const { stopBefore, remove, manifests, pulls } = await world()
    const pause = stopBefore('remove', folder)
    const removal = remove(step, old.digest)
    await pause.reached
    const committed = manifests.put(app, tagName('again'), commit(old))
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

describe('what somebody relies on stays', () => {
  /** What a client does, and the call of storage before which it is overtaken. */
  const acts = {
    'asks for a blob': [
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
      (on: World) => on.manifests.put(app, tagName('new'), commit(old)),
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
  type World = Awaited<ReturnType<typeof world>>

  it.each(Object.entries(acts))('while a client %s', async (_, [call, path, act]) => {
    const on = await world({ rememberedMs: 0 })
    const pause = on.stopBefore(call, path)
    const done = act(on)
    await pause.reached
    expect(await on.remove('blob', layer.digest)).toEqual({ kind: 'in use' })
    // Who changes a repository may keep it to himself meanwhile.
    const unlinking = on.remove('layer-link', layer.digest)
    pause.goOn()
    expect(await unlinking).toEqual({ kind: 'in use' })
    expect(await done).not.toBeNull()
  })

  it.each(Object.entries(acts))(
    'when a collection begins while a client %s',
    async (_, [call, path, act]) => {
      const on = await world({ begins: false, rememberedMs: 0 })
      const pause = on.stopBefore(call, path)
      const done = act(on)
      await pause.reached
      on.begin(false)
      expect(await on.remove('blob', layer.digest)).toEqual({ kind: 'in use' })
      pause.goOn()
      await done
      expect(await on.remove('blob', layer.digest)).toEqual({ kind: 'in use' })
    },
  )

  it('a manifest that is asked for, tagged, or listed by an index, with all under it', async () => {
    const index = tinyIndex({ amd64: old })
    for (const how of ['ask', 'tag', 'list'] as const) {
      const { manifests, remove } = await world()
      if (how === 'ask') await manifests.get(app, old.digest)
      if (how === 'tag') await manifests.tag(app, tagName('new'), old.digest)
      if (how === 'list') await manifests.put(app, tagName('index'), commit(index))
      expect(await remove('revision', old.digest)).toEqual({ kind: 'in use' })
      if (how === 'list') expect(await remove('blob', layer.digest)).toEqual({ kind: 'in use' })
    }
  })

  it('an upload that is being written to; one that is being removed cannot go on', async () => {
    const { uploads, remove, stopBefore, clock } = await world()
    const { id } = await uploads.start(app)
    const folder = `docker/registry/v2/repositories/team/app/_uploads/${id}`
    const take = () =>
      remove('upload', old.digest, { name: id, digest: null }).then(({ kind }) => kind)
    const writing = stopBefore('write', `${folder}/data`)
    const appended = uploads.append(app, id, { body: layer.bytes })
    await writing.reached
    expect(await take()).toBe('in use')
    writing.goOn()
    expect(await appended).toMatchObject({ ok: true })
    expect(await take()).toBe('in use')
    expect(clock.nowMs()).toBeGreaterThan(0)
  })
})

describe('what pushes were told before a collection began', () => {
  it('stays, where they go on: blobs asked for, mounted or uploaded, manifests', async () => {
    const { blobs, manifests, pushBlob, remove, begin } = await world({ begins: false })
    const [config, base = old] = old.blobs
    await blobs.open(app, layer.digest, 'pusher')
    await blobs.mount(repositoryName('team/new'), app, base.digest)
    await pushBlob(app, config ?? old)
    await manifests.get(app, old.digest, 'pusher')
    begin()
    for (const { digest } of [...old.blobs, old]) {
      expect(await remove('blob', digest)).toEqual({ kind: 'in use' })
    }
  })

  it('may go, where they are kept out, and what is only read may go as well', async () => {
    const rejecting = await world({ begins: false })
    await rejecting.blobs.open(app, layer.digest, 'pusher')
    rejecting.begin(false)
    expect(await rejecting.remove('blob', layer.digest)).toMatchObject({ kind: 'removed' })
    const reading = await world({ begins: false })
    await reading.blobs.open(app, layer.digest)
    reading.begin()
    expect(await reading.remove('blob', layer.digest)).toMatchObject({ kind: 'removed' })
  })

  it('is what the manifest holds, once that is committed; without a tag, that stays too', async () => {
    for (const reference of [tagName('new'), old.digest]) {
      const { push, manifests, remove, begin } = await world({ begins: false })
      await push(app, old, reference)
      expect(await manifests.get(app, reference)).not.toBeNull()
      begin()
      expect(await remove('blob', layer.digest)).toMatchObject({ kind: 'removed' })
      const kind = reference === old.digest ? 'in use' : 'removed'
      expect(await remove('blob', old.digest)).toMatchObject({ kind })
    }
  })

  it('may go when somebody deletes the manifest', async () => {
    const { manifests, softDelete, remove, begin } = await world({ begins: false })
    await manifests.get(app, old.digest, 'pusher')
    await softDelete(app, 'old')
    begin()
    expect(await remove('blob', old.digest)).toMatchObject({ kind: 'removed' })
  })
})

/** Lets everybody come as far as they can. */
const pausesAway = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
