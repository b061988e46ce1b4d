import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMemoryStorage } from '#adapters/memory/memory-storage.ts'
import type { Digest } from '#domain/digest.ts'
import { tinyImage, tinyIndex } from '#fixtures/tiny-image.ts'
import { killedBeforeChange } from './failing-storage.contract.ts'
import { collect } from './history-collections.contract.ts'
import { historyRuns } from './history-runs.contract.ts'
import { blobFile, manifestMemoryFile, revisionLink, tagFolder } from './layout.ts'
import { decodeManifests, encodeManifests } from './remembered-manifests.ts'
import { withStamps } from './stamped-storage.contract.ts'
import type { Bytes, Storage } from './storage.ts'
import {
  openTestRegistry,
  repositoryName,
  tagName,
  type TestRegistry,
} from './test-registry.contract.ts'

const images = ['a b', 'b c', 'c d', 'd e'].map((layers) =>
  tinyImage({ layers: layers.split(' '), config: layers }),
)
const platforms = { amd64: tinyImage({ layers: ['x'] }), arm64: tinyImage({ layers: ['y'] }) }
const index = tinyIndex(platforms)
const manifests = [...images, index]

const clock = { nowMs: () => Date.UTC(2026, 0, 1) }
/** One image is deleted by other software, and one has lost its tag. */
async function filled(): Promise<Storage> {
  const storage = withStamps(createMemoryStorage({ clock }))
  const registry = openTestRegistry({ storage, clock })
  for (const [number, image] of images.entries()) {
    await registry.push(number % 2 === 0 ? 'team/app' : 'team/web', image, `v${number}`)
  }
  for (const platform of Object.values(platforms)) await registry.push('team/multi', platform)
  await registry.push('team/multi', index, 'latest')
  const [deleted, untagged] = images
  if (!deleted || !untagged) throw new Error('there are images')
  await storage.remove(revisionLink(repositoryName('team/app'), deleted.digest))
  for (const [name, tag] of [
    ['team/app', 'v0'],
    ['team/web', 'v1'],
  ] as const) {
    await storage.remove(tagFolder(repositoryName(name), tagName(tag)))
  }
  return storage
}

const open = (storage: Storage, remembersManifests: boolean): TestRegistry => {
  let ms = clock.nowMs()
  return openTestRegistry({ storage, remembersManifests, clock: { nowMs: () => (ms += 1000) } })
}

/** What a collection would do, and what it could not read. */
async function planned(registry: TestRegistry) {
  const act = {
    kind: 'collect',
    how: 'dry',
    mode: 'reject-pushes',
    untaggedHours: 0,
    stopAfter: null,
    meanwhile: null,
  } as const
  const { plan } = await collect(act, registry, { dryRun: true })
  return { items: plan?.items.toArray(), faults: plan?.faults, storedBytes: plan?.storedBytes }
}

async function memoryOf(storage: Storage): Promise<Bytes | null> {
  const file = await storage.open(manifestMemoryFile)
  return file && (await file.bytes())
}

/** The stamp that a manifest's file has now: who forges a memory can know it. */
const stampNow = async (storage: Storage, digest: Digest): Promise<string> =>
  (await storage.open(blobFile(digest)))?.stamp?.() ?? 'none'

type Harm =
  | { readonly to: 'memory'; readonly flips: readonly number[]; readonly keep: number }
  | { readonly to: 'swap'; readonly one: number; readonly other: number }
  | { readonly to: 'forged'; readonly one: number; readonly text: string }
  /** Null: it is gone. `as long`: something else of the same length. */
  | { readonly to: 'storage'; readonly one: number; readonly text: string | null }

const which = fc.nat({ max: manifests.length - 1 })
const harm: fc.Arbitrary<Harm> = fc.oneof(
  fc.record({
    to: fc.constant('memory' as const),
    flips: fc.array(fc.nat({ max: 40_000 }), { maxLength: 6 }),
    keep: fc.integer({ min: 0, max: 8000 }),
  }),
  // With its own bytes under the stamp of a file that was changed, the memory would say nothing wrong.
  fc
    .record({ to: fc.constant('swap' as const), one: which, other: which })
    .filter(({ one, other }) => one !== other),
  fc.record({
    to: fc.constant('forged' as const),
    one: which,
    text: fc.constantFrom('{"layers":[],"config":{}}', '{"manifests":[]}', '{}', 'x'),
  }),
  fc.record({
    to: fc.constant('storage' as const),
    one: which,
    text: fc.constantFrom('{"manifests":[]}', '', '{', 'as long', null),
  }),
)

const digestAt = (position: number): Digest => manifests[position]?.digest ?? index.digest

async function inflict(storage: Storage, what: Harm): Promise<void> {
  if (what.to === 'storage') {
    const path = blobFile(digestAt(what.one))
    const before = await storage.open(path)
    const text = what.text === 'as long' ? ' '.repeat(before?.sizeBytes ?? 0) : what.text
    if (text === null) await storage.remove(path)
    else await storage.write(path, new TextEncoder().encode(text))
    return
  }
  const memory = await memoryOf(storage)
  if (memory === null) return
  if (what.to === 'memory') {
    for (const bit of what.flips) {
      const at = (bit >> 3) % Math.max(1, memory.length)
      memory[at] = (memory[at] ?? 0) ^ (1 << (bit & 7))
    }
    await storage.write(manifestMemoryFile, memory.slice(0, what.keep))
    return
  }
  const entries = new Map(decodeManifests(memory))
  const digest = digestAt(what.one)
  const bytes =
    what.to === 'swap'
      ? entries.get(digestAt(what.other))?.bytes
      : new TextEncoder().encode(what.text)
  if (!bytes) return
  entries.set(digest, { stamp: await stampNow(storage, digest), bytes })
  await storage.write(manifestMemoryFile, encodeManifests(entries))
}

describe('what is remembered of manifests', () => {
  it('is written by one collection, and read by the next', async () => {
    const storage = await filled()
    const before = await planned(open(storage, false))
    expect(await memoryOf(storage)).toBeNull()
    expect(await planned(open(storage, true))).toEqual(before)
    const remembered = decodeManifests((await memoryOf(storage)) ?? new Uint8Array())
    const digests = [...(remembered?.keys() ?? [])]
    const linked = manifests.slice(1).map(({ digest }) => digest)
    expect(digests).toEqual(expect.arrayContaining(linked))
    // What nobody links any more is not worth it.
    expect(digests).not.toContain(digestAt(0))
    const read: string[] = []
    const counting: Storage = {
      ...storage,
      open(path, options) {
        if (options?.whole && path.endsWith('/data')) read.push(path)
        return storage.open(path, options)
      },
    }
    expect(await planned(open(counting, true))).toEqual(before)
    expect(read).toEqual([blobFile(digestAt(0))])
  })

  it('changes no plan, whatever is done to it, or to the manifests behind its back', async () => {
    let plansWithMemory = 0
    await fc.assert(
      fc.asyncProperty(fc.array(harm, { minLength: 1, maxLength: 5 }), async (harms) => {
        const storage = await filled()
        await planned(open(storage, true))
        for (const each of harms) await inflict(storage, each)
        const without = await planned(open(storage, false))
        if ((await memoryOf(storage)) !== null) plansWithMemory += 1
        expect(await planned(open(storage, true))).toEqual(without)
        // What the last one has written down is as good.
        expect(await planned(open(storage, true))).toEqual(without)
      }),
      { numRuns: Math.min(300, historyRuns(150)) },
    )
    expect(plansWithMemory).toBeGreaterThan(0)
  })

  it('is whole or what it was before, when the process dies while writing it', async () => {
    const storage = await filled()
    const killed = killedBeforeChange(storage, 1)
    const plan = await planned(open(killed.storage, true))
    expect(killed.wasKilled()).toBe(true)
    expect(await memoryOf(storage)).toBeNull()
    expect(await planned(open(storage, true))).toEqual(plan)
  })

  it('forgets what is gone once enough else is new', async () => {
    const storage = await filled()
    await planned(open(storage, true))
    const registry = open(storage, true)
    const gone = repositoryName('team/multi')
    await storage.remove(`docker/registry/v2/repositories/${gone}`)
    await registry.push('team/new', tinyImage({ layers: ['new'] }), 'latest')
    await planned(registry)
    const remembered = decodeManifests((await memoryOf(storage)) ?? new Uint8Array())
    expect(remembered?.has(index.digest)).toBe(false)
    expect(remembered?.has(digestAt(1))).toBe(true)
  })
})
