import { expect, test, vi } from 'vitest'
import { createMemoryFileTree, type MemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { createMemoryState } from '#adapters/memory/memory-state.ts'
import { wholeRegistry } from '#domain/retention/scope.ts'
import { recoverTrash } from '#services/images/recover-trash.ts'
import { theServer } from '#services/activity/actor.ts'
import { readRetentionResult } from '#services/retention/run/retention-result.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { losable } from '#testing/services/losable-state.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'

const dayMs = 24 * 3_600_000
const changes = ['write', 'move', 'remove', 'removeEmpty'] as const
const [one, two] = ['one', 'two'].map((text) => tinyImage({ layers: ['shared', text] }))
if (one === undefined || two === undefined) throw new Error('no images')

/** A storage that answers no change any more from the nth on, as that of a process that is gone. */
function diesBefore(storage: MemoryFileTree, nth: number) {
  let made = 0
  const diesNow = (): boolean => {
    made += 1
    return made >= nth
  }
  const dying = new Proxy(storage, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (typeof value !== 'function' || !changes.some((change) => change === name)) return value
      return (...call: unknown[]) =>
        diesNow() ? new Promise<never>(() => {}) : Reflect.apply(value, target, call)
    },
  })
  return { dying, isDead: () => made >= nth }
}

async function start(api: TestApi) {
  const request = { scope: wholeRegistry, previewID: null }
  const started = await api.services.jobs.startJob('retention', request, {
    trigger: 'schedule',
    actor: theServer,
  })
  if (!started.ok) throw new Error(started.refusal.message)
  return started.value.job.id
}

const settings = {
  beforeCollections: false,
  maximumShare: 100,
  maximumImages: null,
  approveFirst: false,
  pulls: { headCounts: true, ignoredAccounts: [], ignoredUserAgents: [] },
  running: { maximumAgeMinutes: 60, clusters: [] },
  approvals: {},
}

test('a run that is killed at any change is closed, and the next goes on; nothing twice', async () => {
  let isEnd = false
  let nth = 0
  while (!isEnd) {
    nth += 1
    const storage = createMemoryFileTree({ clock: { nowMs: () => Date.UTC(2026, 10, 24, 12) } })
    const { state, ...loss } = losable(createMemoryState())
    const first = await createTestApi({ storage, losable: { state, ...loss } })
    await first.as('admin').pushImage('team/app', one, 'pr-1', 'pr-2')
    await first.as('admin').pushImage('team/app', two, 'pr-3', 'stays')
    await state.settings.setRetention(settings)
    const policy = { scope: 'team', version: 1, format: 1, savedAtMs: 1, savedBy: null }
    const text = '{"rules":[{"remove":{"tags":["pr-*"],"olderThan":"1d"}}]}'
    await state.retentionPolicies.add({ ...policy, text })

    const { dying, isDead } = diesBefore(storage, nth)
    const killed = await createTestApi({ storage: dying, losable: { state, ...loss } })
    killed.clock.advance(2 * dayMs)
    const id = await start(killed)
    let isOver = false
    void killed.services.jobs.jobEnd(id).then(() => (isOver = true))
    await vi.waitFor(() => expect(isOver || isDead()).toBe(true), { interval: 1, timeout: 10_000 })
    isEnd = isOver

    const after = await createTestApi({ storage, losable: { state, ...loss } })
    after.clock.advance(2 * dayMs)
    await recoverTrash(after.services)
    await after.services.jobs.closeInterrupted()
    const closed = await state.jobs.find(id)
    expect(closed?.status, `change ${nth}`).toBe(isEnd ? 'done' : 'errored')
    const next = await start(after)
    await after.services.jobs.jobEnd(next)
    const result = readRetentionResult((await state.jobs.find(next))?.result)
    expect(result, `change ${nth}`).toMatchObject({ skipped: 0, failed: 0, left: 0 })

    const { tags } = (await after.as('admin').ask('GET', '/v2/team/app/tags/list')).json as {
      tags: string[]
    }
    expect(tags, `change ${nth}`).toEqual(['stays'])
    const trashed = (await after.services.registry.trash.list()).flatMap((entry) => [
      ...entry.tags.map(({ name }) => name),
      ...entry.earlierTags,
    ])
    expect(trashed.toSorted(), `change ${nth}`).toEqual(['pr-1', 'pr-2', 'pr-3'])
    const { json } = await after.as('admin').ask('GET', '/api/v0/activity?pageSize=100')
    const deleted = (json as { entries: { kind: string; subject: string }[] }).entries
      .filter(({ kind }) => kind.endsWith(' deleted'))
      .map(({ subject }) => subject)
    expect(deleted.toSorted(), `change ${nth}`).toEqual(['pr-1', 'pr-2', 'pr-3'])
  }
  expect(nth).toBeGreaterThan(10)
})
