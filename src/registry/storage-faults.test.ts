import { describe, expect, test } from 'vitest'
import { createMemoryFileTree, type MemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { runCollection, type Collection } from '#gc/run.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { admitted, faultyStorage, lies, type Fault } from '#testing/faults/faulty-storage.ts'
import { openTestRegistry, valueOf, type TestRegistry } from '#testing/builders/test-registry.ts'

const dayMs = 24 * 3_600_000
const beganMs = Date.UTC(2026, 0, 1)

/** Shares its base layer with everything. */
const kept = tinyImage({ layers: ['base', 'kept'] })
const platforms = {
  amd64: tinyImage({ layers: ['base', 'amd'] }),
  arm64: tinyImage({ layers: ['base', 'arm'] }),
}
const multi = tinyIndex(platforms)
const deleted = tinyImage({ layers: ['base', 'deleted'] })
const doomed = tinyImage({ layers: ['base', 'doomed'] })
const pushed = tinyImage({ layers: ['base', 'pushed'] })
const untagged = tinyImage({ layers: ['base', 'untagged'] })
const orphan = contentOf('an orphan')
const restore = { onConflict: 'replace', restoredBy: 'bob', retentionMs: 0 } as const

interface World {
  readonly storage: MemoryFileTree
  /** Opens the registry as a new process finds it, a day after everything else. */
  open(storage?: TestRegistry['storage']): TestRegistry
}

let ids = 0

function worldAt(nowMs: number, files: ReturnType<MemoryFileTree['files']>): World {
  const clock = { nowMs: () => nowMs }
  const storage = createMemoryFileTree({ clock, files })
  const createId = () => `id-${(ids += 1)}`
  return {
    storage,
    open: (over = storage) => openTestRegistry({ storage: over, clock, createId }),
  }
}

/**
 * Tagged images, an untagged one, one in the trash that may be restored, one that may be removed,
 * and an orphaned layer.
 */
async function fill(): Promise<MemoryFileTree> {
  const { storage, open } = worldAt(beganMs, [])
  const registry = open()
  await registry.push('team/app', kept, '1.0')
  for (const platform of Object.values(platforms)) await registry.push('team/app', platform)
  await registry.push('team/app', multi, 'multi')
  await registry.push('other/app', kept, '1.0')
  await registry.push('other/app', untagged)
  await registry.push('team/app', deleted, 'deleted')
  await registry.push('team/app', doomed, 'doomed')
  await registry.softDelete('team/app', 'deleted', { retentionMs: 30 * dayMs })
  await registry.softDelete('team/app', 'doomed')
  await registry.pushBlob('team/app', orphan)
  return storage
}

const original = await fill()

/** A copy of it, two days later. */
const filled = (): World => worldAt(beganMs + 2 * dayMs, original.files())

const collect = (registry: TestRegistry): Promise<Collection> =>
  runCollection({
    reader: registry.reader,
    remover: registry.remover,
    writers: null,
    clock: registry.clock,
    pause: () => Promise.resolve(),
    policy: defaultCollectionPolicy,
    dryRun: false,
  })

async function restoreDeleted(registry: TestRegistry): Promise<void> {
  const entry = (await registry.trash.list()).find(({ digest }) => digest === deleted.digest)
  if (entry !== undefined) valueOf(await registry.trash.restore(entry.id, restore))
}

/** The acts under test; each rejects, or has had its effect. */
const acts = {
  'a push': {
    act: (registry: TestRegistry) => registry.push('team/app', pushed, 'pushed'),
    effect: (registry: TestRegistry) => registry.pulls('team/app', 'pushed'),
  },
  'a deletion': {
    act: async (registry: TestRegistry) => {
      valueOf(await registry.softDelete('team/app', '1.0', { retentionMs: 30 * dayMs }))
    },
    effect: async (registry: TestRegistry) => !(await registry.pulls('team/app', '1.0')),
  },
  'a restoration': {
    act: restoreDeleted,
    effect: (registry: TestRegistry) => registry.pulls('team/app', 'deleted'),
  },
  'a collection': {
    act: async (registry: TestRegistry) => {
      const { result, plan } = await collect(registry)
      if (result.failures.length > 0) throw new Error('a part of it failed')
      if (plan !== null && plan.faults.length > 0) throw new Error('it kept what it could not read')
    },
    effect: async (registry: TestRegistry) => (await collect(registry)).result.removed.bytes === 0,
  },
} as const
type ActName = keyof typeof acts

/**
 * Everything outside the act must be kept. Where storage lies, it lies about the image that the act
 * changes: all others must be as they were.
 */
async function expectNothingLost(
  registry: TestRegistry,
  act: ActName,
  when: string,
  isHonest = true,
): Promise<void> {
  const lost: string[] = []
  const see = async (repository: string, reference: string) => {
    if (!(await registry.pulls(repository, reference))) lost.push(`${repository}:${reference}`)
  }
  await see('other/app', '1.0')
  await see('other/app', untagged.digest)
  await see('team/app', 'multi')
  if (isHonest || act !== 'a deletion') {
    // The image is in the trash, or was not deleted: both are right, so it is restored before the
    // check.
    for (const { id, digest } of await registry.trash.list()) {
      if (digest === kept.digest) valueOf(await registry.trash.restore(id, restore))
    }
    await see('team/app', '1.0')
  }
  if (isHonest || act !== 'a restoration') {
    await restoreDeleted(registry)
    await see('team/app', 'deleted')
  }
  expect({ when, lost }).toEqual({ when, lost: [] })
}

/** Makes the fault hit each call of an act in turn; then a new process finds what is left. */
async function throughAll(
  name: ActName,
  fault: Fault,
  check: (world: World, isAcknowledged: boolean, when: string) => Promise<void>,
): Promise<number> {
  for (let nth = 1; ; nth += 1) {
    const world = filled()
    const faulty = faultyStorage(world.storage, fault, nth)
    const isAcknowledged = await acts[name].act(world.open(faulty.storage)).then(
      () => true,
      () => false,
    )
    if (!faulty.hasMet()) return nth - 1
    const after = world.open()
    await after.trash.recover()
    await check(world, isAcknowledged, `${name}, call ${nth}`)
  }
}

const names = Object.keys(acts) as ActName[]

describe.each(names)('%s', (name) => {
  const failures = admitted.flatMap((code) =>
    [true, false].map((once) => ({ kind: 'fails', code, once }) as const),
  )
  test.each(failures)(
    'over a storage that $kind ($code, once: $once) at any call',
    async (fault) => {
      const met = await throughAll(name, fault, async (world, isAcknowledged, when) => {
        if (isAcknowledged)
          expect([when, await acts[name].effect(world.open())]).toEqual([when, true])
        await expectNothingLost(world.open(), name, when)
        // With a working storage the act succeeds, and a collection removes nothing that is needed.
        if (name !== 'a deletion') await acts[name].act(world.open())
        await collect(world.open())
        await expectNothingLost(world.open(), name, `${when}, and then a collection`)
      })
      // A collection adds nothing, so a full storage does not disturb it.
      if (name !== 'a collection' || fault.code !== 'FULL') expect(met).toBeGreaterThan(1)
    },
  )

  test('over a storage that is slow at any call ends as it does over another', async () => {
    const met = await throughAll(name, { kind: 'slow' }, async (world, isAcknowledged, when) => {
      expect([when, isAcknowledged]).toEqual([when, true])
      expect([when, await acts[name].effect(world.open())]).toEqual([when, true])
      await expectNothingLost(world.open(), name, when)
    })
    expect(met).toBeGreaterThan(10)
  })

  test.each(lies)(
    'over a storage that lies at any call, by %s: nothing else is lost',
    async (lie) => {
      await throughAll(name, { kind: 'lies', lie }, async (world, _, when) => {
        await expectNothingLost(world.open(), name, when, false)
      })
    },
  )
})
