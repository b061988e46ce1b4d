import { describe, expect, it } from 'vitest'
import type { Digest } from '#domain/values/digest.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import {
  openTestRegistry,
  repositoryName,
  tagName,
  valueOf,
} from '#testing/builders/test-registry.ts'
import { blobFile, revisionFolder } from '../layout.ts'

const app = repositoryName('team/app')
const image = tinyImage({ layers: ['base'] })
const layer = image.blobs[0] as (typeof image.blobs)[number]

/** A registry that several servers write to. Something may be removed until they have agreed. */
async function opened() {
  let needed: readonly Digest[] = []
  let meantime: () => Promise<unknown> = async () => {}
  const registry = openTestRegistry({
    async onIntend(digests) {
      needed = [...digests]
      const now = meantime
      meantime = async () => {}
      await now()
    },
  })
  await registry.push('team/app', image)
  needed = []
  return {
    ...registry,
    needed: () => needed.toSorted(),
    /** A collection removes something just before the servers have agreed. */
    removing(path: string) {
      meantime = () => registry.storage.remove(path)
    },
  }
}

const everything = [image.digest, ...image.blobs.map(({ digest }) => digest)].toSorted()

describe('where several servers write, what is needed is agreed on before it is looked for,', () => {
  const acts = {
    'when a manifest is committed': (on: Opened) =>
      on.manifests.putManifest(app, tagName('new'), image),
    'when a client that may push is told of a manifest': (on: Opened) =>
      on.manifests.readManifest(app, image.digest, 'push-check'),
    'when an image is sent to the trash': (on: Opened) => on.softDelete('team/app', image.digest),
  }
  type Opened = Awaited<ReturnType<typeof opened>>

  it.each(Object.entries(acts))('%s: all of it', async (_, act) => {
    const on = await opened()
    await act(on)
    expect(on.needed()).toEqual(everything)
  })

  it('when an image is restored: all of it', async () => {
    const on = await opened()
    const id = await on.trashed('team/app', image.digest, { retentionMs: 1000 })
    valueOf(await on.trash.restore(id, { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 }))
    expect(on.needed()).toEqual(everything)
  })

  it('when a tag moves: its manifest', async () => {
    const on = await opened()
    valueOf(await on.manifests.tagManifest(app, tagName('new'), image.digest))
    expect(on.needed()).toEqual([image.digest])
  })

  it('and a manifest is refused whose layer went until then', async () => {
    const on = await opened()
    on.removing(blobFile(layer.digest))
    expect(await acts['when a manifest is committed'](on)).toMatchObject({
      ok: false,
      refusal: { code: 'MANIFEST_BLOB_UNKNOWN', missing: [layer.digest] },
    })
  })

  it.each([
    ['layer', blobFile(layer.digest)],
    ['link', revisionFolder(app, image.digest)],
  ])('and no client that may push is told of a manifest whose %s went', async (_, path) => {
    const on = await opened()
    on.removing(path)
    expect(await acts['when a client that may push is told of a manifest'](on)).toBeNull()
  })

  it('and no tag moves to a manifest whose link went', async () => {
    const on = await opened()
    on.removing(revisionFolder(app, image.digest))
    expect(await on.manifests.tagManifest(app, tagName('new'), image.digest)).toMatchObject({
      ok: false,
      refusal: { code: 'MANIFEST_UNKNOWN' },
    })
  })

  it('and the trash knows what it lacks', async () => {
    const on = await opened()
    on.removing(blobFile(layer.digest))
    const id = await on.trashed('team/app', image.digest, { retentionMs: 1000 })
    // What was missing then is no reason to refuse a restoration.
    const how = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
    expect(await on.trash.restore(id, how)).toMatchObject({ ok: true })
  })

  it('but a pull agrees on nothing', async () => {
    const on = await opened()
    expect(await on.manifests.readManifest(app, image.digest)).not.toBeNull()
    expect(on.needed()).toEqual([])
  })
})
