import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { runCollection } from '#gc/run.ts'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import {
  filesOf,
  openTestRegistry,
  repositoryName,
  tagName,
  valueOf,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'
import { Killed } from '#testing/faults/failing-storage.ts'
import { killAtEachChange } from '#testing/faults/kill-at-each-change.ts'

const hourMs = 3_600_000
const beganMs = Date.UTC(2026, 0, 1)
/**
 * When collections run: an image deleted without retention may be removed, and untagged images are
 * old.
 */
const laterMs = beganMs + 48 * hourMs
const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const

const app = repositoryName('team/app')
const amd64 = tinyImage({ layers: ['base', 'amd64'] })
const arm64 = tinyImage({ layers: ['base', 'arm64'] })
const index = tinyIndex({ amd64, arm64 })
const sbom = tinyImage({ layers: ['sbom'], subject: index })
const kept = tinyImage({ layers: ['base', 'kept'] })
const doomed = tinyImage({ layers: ['base', 'doomed'] })
const untagged = tinyImage({ layers: ['base', 'untagged'] })
const orphan = contentOf('an orphan')

/** Every kind of content: an index with an artifact, images in the trash, and garbage. */
async function filled() {
  const storage = createMemoryFileTree({ clock: { nowMs: () => beganMs } })
  const registry = openTestRegistry({ storage, startMs: beganMs })
  for (const image of [amd64, arm64, untagged]) await registry.push('team/app', image)
  await registry.push('team/app', index, '1.0', 'latest')
  await registry.push('team/app', sbom)
  await registry.push('team/app', kept, 'kept')
  await registry.push('team/app', doomed, 'doomed')
  await registry.push('other/app', doomed, 'doomed')
  await registry.pushBlob('team/app', orphan)
  await registry.trashed('team/app', 'kept', { retentionMs: 1000 * hourMs })
  await registry.trashed('team/app', 'doomed')
  await registry.trashed('other/app', 'doomed')
  return { storage, registry }
}

/** Finds an entry by its digest, because the ids of entries differ from run to run. */
async function entryOf(registry: TestRegistry, digest: string): Promise<string> {
  const entries = await registry.trash.list()
  return entries.find((entry) => entry.digest === digest)?.id ?? ''
}

async function expectNothingLost(registry: TestRegistry): Promise<void> {
  for (const reference of ['1.0', 'latest', sbom.digest]) {
    expect([reference, await registry.pulls('team/app', reference)]).toEqual([reference, true])
  }
  const id = await entryOf(registry, kept.digest)
  expect(valueOf(await registry.trash.restore(id, restore)).digest).toBe(kept.digest)
  expect(await registry.pulls('team/app', 'kept')).toBe(true)
}

const collect = (registry: TestRegistry) =>
  runCollection({
    reader: registry.reader,
    remover: registry.remover,
    writers: null,
    clock: registry.clock,
    pause: () => Promise.resolve(),
    policy: { ...defaultCollectionPolicy, collectUntagged: true },
    dryRun: false,
  })

describe('a process that is killed at any change', () => {
  it('of a collection has lost nothing, and the next one ends as if it had not been', async () => {
    const undisturbed = await filled()
    await collect(openTestRegistry({ storage: undisturbed.storage, startMs: laterMs }))
    const expected = await filesOf(undisturbed.storage)
    const steps = await killAtEachChange(
      filled,
      async (registry) => {
        const { result } = await collect(registry)
        // A failure is reported, and the rest goes on: only a run without failures has reached the
        // last change.
        if (result.failures.length > 0) throw new Killed()
      },
      async (registry, storage) => {
        await collect(registry)
        expect(await filesOf(storage)).toEqual(expected)
        await expectNothingLost(registry)
      },
      laterMs,
    )
    expect(steps).toBeGreaterThan(15)
  })

  it('of the deletion of one of several tags has deleted it, or not, and it comes back', async () => {
    const outcomes = new Set<boolean>()
    await killAtEachChange(
      filled,
      (registry) => registry.softDelete('team/app', 'latest', { extent: 'tag' }),
      async (registry) => {
        const isThere = await registry.pulls('team/app', 'latest')
        const id = await entryOf(registry, index.digest)
        outcomes.add(isThere)
        // The image is in the repository or in the trash.
        expect(id === '').toBe(isThere)
        if (!isThere) valueOf(await registry.trash.restore(id, restore))
        await expectNothingLost(registry)
      },
    )
    expect(outcomes).toEqual(new Set([true, false]))
  })

  it('of the restoration of a tag that was deleted alone can be asked for it again', async () => {
    const steps = await killAtEachChange(
      async () => {
        const { storage, registry } = await filled()
        await registry.softDelete('team/app', 'latest', { extent: 'tag' })
        return { storage }
      },
      async (registry) => registry.trash.restore(await entryOf(registry, index.digest), restore),
      async (registry) => {
        const id = await entryOf(registry, index.digest)
        if (id !== '') valueOf(await registry.trash.restore(id, restore))
        await expectNothingLost(registry)
      },
    )
    expect(steps).toBeGreaterThan(1)
  })

  it('of a deletion for ever leaves an entry that can still be restored', async () => {
    const steps = await killAtEachChange(
      filled,
      async (registry) => registry.trash.deleteForever(await entryOf(registry, kept.digest)),
      expectNothingLost,
    )
    expect(steps).toBeGreaterThan(0)
  })

  it('of the deletion of a layer has deleted the layer that no manifest needs, and nothing else', async () => {
    const steps = await killAtEachChange(
      filled,
      (registry) => registry.unlinkBlob(app, orphan.digest),
      async (registry) => {
        await registry.unlinkBlob(app, orphan.digest)
        expect(await registry.blobs.head(app, orphan.digest)).toBeNull()
        await expectNothingLost(registry)
      },
    )
    expect(steps).toBeGreaterThan(0)
  })

  it('of a push of an index under several tags has set whole tags, and can push again', async () => {
    const copy = repositoryName('team/copy')
    const push = async (registry: TestRegistry) => {
      for (const image of [amd64, arm64]) {
        for (const { digest } of image.blobs) {
          if (!(await registry.blobs.mount(copy, app, digest))) throw new Error(digest)
        }
        await registry.push('team/copy', { ...image, blobs: [] })
      }
      const tags = ['a', 'b'].map(tagName)
      valueOf(await registry.manifests.putManifest(copy, index.digest, { ...index, tags }))
    }
    const steps = await killAtEachChange(filled, push, async (registry) => {
      for (const tag of await registry.catalog.tagNames(copy)) {
        expect([tag, await registry.pulls('team/copy', tag)]).toEqual([tag, true])
      }
      await push(registry)
      expect(await registry.catalog.tagNames(copy)).toEqual(['a', 'b'])
      expect(await registry.pulls('team/copy', 'b')).toBe(true)
      await expectNothingLost(registry)
    })
    expect(steps).toBeGreaterThan(10)
  })

  it('of a canceled upload has lost nothing but that', async () => {
    await killAtEachChange(
      filled,
      async (registry) => {
        const { id } = await registry.uploads.start(app)
        valueOf(await registry.uploads.append(app, id, { body: orphan.bytes }))
        await registry.uploads.cancel(app, id)
      },
      async (registry) => {
        await registry.push('team/app', doomed, 'new')
        expect(await registry.pulls('team/app', 'new')).toBe(true)
        await expectNothingLost(registry)
      },
    )
  })

  it('of an upload has pushed the blob or not, and the client can go on or push it again', async () => {
    const layer = contentOf('a new layer')
    let begun = ''
    const outcomes = new Set<string>()
    await killAtEachChange(
      filled,
      async (registry) => {
        begun = ''
        const { id } = await registry.uploads.start(app)
        begun = id
        valueOf(await registry.uploads.append(app, id, { body: layer.bytes.slice(0, 5) }))
        const rest = { body: layer.bytes.slice(5) }
        valueOf(await registry.uploads.finish(app, id, layer.digest, rest))
      },
      async (registry) => {
        const isPushed = (await registry.blobs.head(app, layer.digest)) !== null
        const status = await registry.uploads.status(app, begun)
        outcomes.add(`${isPushed ? 'pushed' : 'not pushed'}, upload ${status?.sizeBytes ?? 'gone'}`)
        if (status !== null) {
          const body = layer.bytes.slice(status.sizeBytes)
          valueOf(await registry.uploads.finish(app, begun, layer.digest, { body }))
        }
        await registry.pushBlob('team/app', layer)
        const pushed = await registry.blobs.open(app, layer.digest)
        expect(pushed && (await new Response(pushed.body).text())).toBe('a new layer')
        expect(await registry.uploads.status(app, begun)).toBeNull()
        await expectNothingLost(registry)
      },
    )
    expect(outcomes).toEqual(
      new Set([
        'not pushed, upload gone',
        'not pushed, upload 0',
        'not pushed, upload 5',
        'not pushed, upload 11',
        'pushed, upload 0',
      ]),
    )
  })

  it('of an upload leaves nothing that a collection does not take', async () => {
    // An upload without a write is abandoned after a week.
    const startMs = laterMs + 7 * 24 * hourMs
    const undisturbed = await filled()
    await collect(openTestRegistry({ storage: undisturbed.storage, startMs }))
    const expected = await filesOf(undisturbed.storage)
    const steps = await killAtEachChange(
      filled,
      (registry) => registry.pushBlob('team/app', contentOf('a new layer')),
      async (_, storage) => {
        await collect(openTestRegistry({ storage, startMs }))
        expect(await filesOf(storage)).toEqual(expected)
      },
    )
    expect(steps).toBeGreaterThan(3)
  })
})
