import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { describe, expect, test } from 'vitest'
import { createScriptedCollections } from '#testing/services/scripted-run.ts'
import { settle, startMs } from '#testing/builders/test-world.ts'

const byAda = { trigger: 'person', actor: { name: 'ada', from: null } } as const

async function analysed(scripted: ReturnType<typeof createScriptedCollections>, bytes: number) {
  const view = scripted.reclaimable.currentView()
  await settle()
  scripted.lastRun().finish({ planned: { bytes, layers: 1, manifests: 0 } })
  return view
}

test('is what a dry run would free, without a job', async () => {
  const scripted = createScriptedCollections()
  expect(await analysed(scripted, 700)).toEqual({
    asOfMs: startMs,
    isCurrent: true,
    reclaimable: { bytes: 700, layers: 1, manifests: 0 },
    byCause: {},
    byRepository: {},
    storedBytes: 9000,
    stored: null,
    tagCount: 5,
    repositoryCount: 2,
    error: null,
  })
  expect(scripted.lastRun().options.dryRun).toBe(true)
  expect((await scripted.jobViews({ offset: 0, limit: 9 })).total).toBe(0)
})

test('is computed again only after a change, another policy, or some minutes', async () => {
  const scripted = createScriptedCollections()
  const { moveClock, runs, settings, reclaimable } = scripted
  await analysed(scripted, 1)
  await reclaimable.currentView()
  expect(runs).toHaveLength(1)
  reclaimable.registryChanged()
  expect((await analysed(scripted, 2)).reclaimable.bytes).toBe(2)
  await settings.setPolicy({ ...defaultCollectionPolicy, collectUntagged: true })
  expect((await analysed(scripted, 3)).reclaimable.bytes).toBe(3)
  moveClock(5 * 60_000)
  expect((await analysed(scripted, 4)).reclaimable.bytes).toBe(4)
  await reclaimable.currentView()
  expect(runs).toHaveLength(4)
})

test('concurrent calls share one analysis, unless something changed since it started', async () => {
  const { lastRun, runs, reclaimable } = createScriptedCollections()
  const early = [reclaimable.currentView(), reclaimable.currentView()]
  await settle()
  reclaimable.registryChanged()
  const late = [reclaimable.currentView(), reclaimable.currentView()]
  await settle()
  expect(runs).toHaveLength(1)
  lastRun().finish({ planned: { bytes: 1, layers: 1, manifests: 0 } })
  await settle()
  expect(runs).toHaveLength(2)
  lastRun().finish({ planned: { bytes: 2, layers: 1, manifests: 0 } })
  const views = await Promise.all([...early, ...late])
  expect(views.map((view) => view.reclaimable.bytes)).toEqual([1, 1, 2, 2])
  expect(runs).toHaveLength(2)
})

test('says why it cannot be computed, and is tried again', async () => {
  const scripted = createScriptedCollections()
  const view = scripted.reclaimable.currentView()
  await settle()
  scripted.lastRun().fail(new Error('the trash could not be read'))
  expect(await view).toMatchObject({ error: 'the trash could not be read', storedBytes: 0 })
  expect(await analysed(scripted, 5)).toMatchObject({ error: null, reclaimable: { bytes: 5 } })
})

test('keeps the earlier value during a collection; afterwards it is new', async () => {
  const scripted = createScriptedCollections()
  const { collections, lastRun, moveClock, runs, reclaimable } = scripted
  await analysed(scripted, 7)
  await collections.startCollection(byAda)
  reclaimable.registryChanged()
  expect((await reclaimable.currentView()).reclaimable.bytes).toBe(7)
  moveClock(50)
  lastRun().finish()
  await settle()
  expect(await analysed(scripted, 0)).toMatchObject({
    reclaimable: { bytes: 0 },
  })
  expect(runs).toHaveLength(3)
})

test('can be computed for another policy, and keeps the value for the current one', async () => {
  const scripted = createScriptedCollections()
  const { collections, lastRun, runs, reclaimable } = scripted
  await analysed(scripted, 7)
  const tried = reclaimable.viewIf({ collectUntagged: true, untaggedMinimumAgeHours: 1 })
  await settle()
  expect(lastRun().options.policy).toEqual({
    ...defaultCollectionPolicy,
    collectUntagged: true,
    untaggedMinimumAgeHours: 1,
  })
  lastRun().finish({ planned: { bytes: 9, layers: 1, manifests: 0 } })
  expect((await tried).reclaimable.bytes).toBe(9)
  expect((await reclaimable.currentView()).reclaimable.bytes).toBe(7)
  const again = { collectUntagged: true, untaggedMinimumAgeHours: 1 }
  expect((await reclaimable.viewIf(again)).reclaimable.bytes).toBe(9)
  expect(runs).toHaveLength(2)

  await collections.startCollection(byAda)
  expect((await reclaimable.viewIf(again)).reclaimable.bytes).toBe(9)
  const other = reclaimable.viewIf({ collectUntagged: true, untaggedMinimumAgeHours: 2 })
  await settle()
  lastRun().finish({ planned: { bytes: 3, layers: 1, manifests: 0 } })
  expect((await other).reclaimable.bytes).toBe(3)
})

describe('a glance', () => {
  const withManifests = (manifestCount: number) =>
    createScriptedCollections({ repositories: async () => [{ tagCount: 1, manifestCount }] })
  const planned = (bytes: number) => ({ planned: { bytes, layers: 1, manifests: 0 } })

  test('waits in a small registry', async () => {
    const { lastRun, reclaimable } = withManifests(1000)
    const glance = reclaimable.peekView()
    await settle()
    lastRun().finish(planned(1))
    expect(await glance).toMatchObject({ view: { reclaimable: { bytes: 1 } }, isCurrent: true })
  })

  test('otherwise returns the earlier value, and starts a computation in the background', async () => {
    const { lastRun, runs, reclaimable } = withManifests(1001)
    expect(await reclaimable.peekView()).toEqual({ view: null, isCurrent: false })
    expect(await reclaimable.peekView()).toEqual({ view: null, isCurrent: false })
    await settle()
    expect(runs).toHaveLength(1)
    lastRun().finish(planned(1))
    await settle()
    const first = { view: { reclaimable: { bytes: 1 } } }
    expect(await reclaimable.peekView()).toMatchObject({ ...first, isCurrent: true })
    reclaimable.registryChanged()
    expect(await reclaimable.peekView()).toMatchObject({ ...first, isCurrent: false })
  })

  test('under many changes, rests for nine tenths of the time before the next computation', async () => {
    const { lastRun, runs, moveClock, reclaimable } = withManifests(1001)
    await reclaimable.peekView()
    await settle()
    moveClock(2_000)
    lastRun().finish(planned(1))
    await settle()
    reclaimable.registryChanged()
    moveClock(18_000)
    await reclaimable.peekView()
    await settle()
    expect(runs).toHaveLength(1)
    moveClock(1)
    await reclaimable.peekView()
    await settle()
    expect(runs).toHaveLength(2)
  })

  test('of a failed analysis rejects for no caller, and gives the reason', async () => {
    const { lastRun, reclaimable } = withManifests(1001)
    await reclaimable.peekView()
    await settle()
    lastRun().fail(new Error('the trash could not be read'))
    await settle()
    expect(await reclaimable.peekView()).toMatchObject({
      view: { error: 'the trash could not be read' },
      isCurrent: false,
    })
  })
})
