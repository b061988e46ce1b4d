import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import {
  contentOf,
  tinyImage,
  type TinyContent,
  type TinyManifest,
} from '#testing/builders/tiny-image.ts'
import { clock, collect, isThere } from '#testing/builders/hostile-registry.ts'
import {
  openTestRegistry,
  repositoryName,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const hour = 3_600_000
const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const

/** An image over a base that clients fetch from elsewhere; its blobs do not include that base. */
function windows(...layers: readonly string[]): TinyManifest {
  const image = tinyImage({
    layers: ['a base of Windows', ...layers],
    config: `{"os":"windows","architecture":"amd64","author":"${layers.join(' ')}"}`,
  })
  const text = new TextDecoder().decode(image.bytes)
  const foreign = text.replace('layer.v1', 'layer.nondistributable.v1')
  expect(foreign).not.toBe(text)
  const [config, , ...own] = image.blobs
  return { ...image, ...contentOf(foreign), blobs: config ? [config, ...own] : own }
}

const base = contentOf('a base of Windows')
const image = windows('app')
const other = windows('other')
const sizeOf = (...contents: readonly TinyContent[]) =>
  contents.reduce((sum, { bytes }) => sum + bytes.length, 0)
const whole = sizeOf(image, ...image.blobs)

function open(): TestRegistry {
  return openTestRegistry({ storage: createMemoryFileTree({ clock }), clock })
}

async function withBase(): Promise<TestRegistry> {
  const registry = open()
  await registry.pushBlob('team/app', base)
  await registry.push('team/app', image, '1.0')
  return registry
}

describe('a layer that need not be there', () => {
  it('counts as nothing where it was never pushed', async () => {
    const registry = open()
    await registry.push('team/app', image, '1.0')
    expect(await registry.queries.impact(app, ['1.0'], true)).toMatchObject({
      exclusiveBytes: whole,
    })
    expect(await registry.queries.image(app, image.digest)).toMatchObject({
      sizeBytes: whole,
      layers: [{ kind: 'config' }, { kind: 'layer' }],
    })
  })

  it('counts with what is stored where it was pushed', async () => {
    const registry = await withBase()
    const all = whole + sizeOf(base)
    expect(await registry.queries.impact(app, ['1.0'], true)).toMatchObject({ exclusiveBytes: all })
    expect(await registry.queries.repository(app)).toMatchObject({ sizeBytes: all })
    expect(await registry.queries.image(app, image.digest)).toMatchObject({
      sizeBytes: all,
      exclusiveBytes: all,
      layers: [
        { kind: 'config' },
        { digest: base.digest, sizeBytes: sizeOf(base), exclusive: true },
        { kind: 'layer' },
      ],
    })
    const map = await registry.queries.layerMap(app, [image.digest])
    expect(map.layers).toMatchObject([{ digest: base.digest, sizeBytes: sizeOf(base) }, {}])
    expect(map.images).toMatchObject([{ layers: [0, 1], exclusiveLayers: [0, 1] }])
  })

  it('stays while another image names it, also one of another repository', async () => {
    const registry = await withBase()
    await registry.push('other', other, '1.0')
    expect(await registry.queries.impact(app, ['1.0'], true)).toMatchObject({
      exclusiveBytes: whole,
      sharedBytes: sizeOf(base),
      sharedWith: [{ repository: 'other', digest: other.digest }],
    })
    await registry.trashed('team/app', '1.0')
    await collect(registry)
    expect(await isThere(registry, base)).toBe(true)
  })

  it('counts as soon as it is pushed with an image that names it', async () => {
    const registry = open()
    await registry.push('team/app', image, '1.0')
    expect(await registry.queries.impact(app, ['1.0'], true)).toMatchObject({
      exclusiveBytes: whole,
    })
    await registry.pushBlob('team/app', base)
    await registry.push('team/app', image, '1.0')
    const all = whole + sizeOf(base)
    expect(await registry.queries.impact(app, ['1.0'], true)).toMatchObject({ exclusiveBytes: all })
    expect(await registry.queries.tags(app)).toMatchObject([{ image: { sizeBytes: all } }])
  })

  it('is held by the trash with the image, and freed with it', async () => {
    const registry = await withBase()
    const id = await registry.trashed('team/app', '1.0', { retentionMs: 1000 * hour })
    expect(await registry.queries.heldBytes()).toEqual(new Map([[id, whole + sizeOf(base)]]))
    await collect(registry)
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect((await registry.blobs.head(app, base.digest))?.sizeBytes).toBe(sizeOf(base))
    await registry.trashed('team/app', '1.0')
    const { result } = await collect(registry)
    expect(result.removed.bytes).toBe(whole + sizeOf(base))
    expect(await isThere(registry, base)).toBe(false)
  })
})
