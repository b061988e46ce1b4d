import { account, atMs, event, job, plan } from '#testing/conformance/state/state-samples.ts'
import { result } from '#testing/services/scripted-run.ts'
import { stateContract } from '#testing/conformance/state/state.ts'
import { expect, test } from 'vitest'
import { createMemoryState, type MemoryStateSnapshot } from './memory-state.ts'

stateContract('memory', async () => createMemoryState())

test('a snapshot restores everything, without later changes', async () => {
  const state = createMemoryState()
  await state.accounts.create(account('ada'))
  await state.accounts.setGrants('ada', [{ scope: 'team', accessLevel: 'admin' }])
  await state.jobs.save(job('a'))
  await state.jobs.appendLog('a', [{ timeMs: 1, level: 'info', data: 'one' }])
  await state.plans.save(plan('p', 2))
  await state.activity.record(event('e'))
  await state.settings.setSchedule('collection', '0 * * *')
  await state.pushes.record({ repository: 'r', tag: 't', digest: 'd', actor: 'ada', atMs: 1 })
  const snapshot = structuredClone(state.snapshot())
  await state.accounts.create(account('bob'))
  await state.jobs.appendLog('a', [{ timeMs: 2, level: 'info', data: 'two' }])

  const restored = createMemoryState({ snapshot })
  expect(await restored.accounts.list()).toEqual([account('ada')])
  expect(await restored.accounts.grantsOf('ada')).toHaveLength(1)
  expect(await restored.jobs.find('a')).toEqual(job('a'))
  expect(await restored.jobs.log('a', 0, 5)).toHaveLength(1)
  expect(await restored.plans.find('p')).toEqual(plan('p', 2))
  expect((await restored.activity.list({ limit: 5 })).events).toEqual([event('e')])
  expect(await restored.settings.schedule('collection')).toBe('0 * * *')
  expect(await restored.pushes.latest('r', ['t'])).toHaveLength(1)
  await restored.jobs.save(job('b'))
  expect(await createMemoryState({ snapshot }).jobs.find('b')).toBeNull()
})

test('a snapshot from before there were access tokens is completed', async () => {
  const state = createMemoryState()
  await state.accounts.create(account('ada'))
  await state.settings.setSchedule('collection', '0 * * *')
  const snapshot = structuredClone(state.snapshot())
  const { tables } = snapshot as unknown as {
    tables: {
      accessTokens?: unknown
      retentionPolicies?: unknown
      runningReports?: unknown
      pulls?: unknown
      settings: Record<string, unknown>
    }
  }
  delete tables.accessTokens
  delete tables.retentionPolicies
  delete tables.runningReports
  delete tables.pulls
  delete tables.settings.pullRecording
  delete tables.settings.anonymousGrants
  delete tables.settings.bearerKey
  const restored = createMemoryState({ snapshot })
  expect(await restored.accounts.list()).toEqual([account('ada')])
  expect(await restored.settings.schedule('collection')).toBe('0 * * *')
  expect(await restored.settings.anonymousGrants()).toEqual([])
  expect(await restored.settings.bearerKey()).toBeNull()
  expect(await restored.accessTokens.list()).toEqual([])
  expect(await restored.pulls.recording()).toBeNull()
  expect(await restored.pulls.summaries('team/app', null, 0)).toEqual([])
  expect(await restored.retentionPolicies.newest()).toEqual([])
  expect(await restored.runningReports.list()).toEqual([])
})

/** Runs as the versions before jobs had kinds saved them. Never change it: browsers have such. */
const run = (id: string, changed: object = {}) => ({
  id,
  status: 'done' as const,
  trigger: 'person' as const,
  actor: 'ada',
  dryRun: false,
  givenPlanID: null,
  scheduledAtMs: null,
  startedAtMs: atMs,
  updatedAtMs: atMs,
  finishedAtMs: atMs + 1000,
  progress: null,
  result: null,
  planID: null,
  error: null,
  ...changed,
})

/** Settings of the same versions. */
const settingsOfRuns = {
  schedule: '0 * * *',
  policy: null,
  schedulerSeenMs: 7,
  missedRuns: null,
  anonymousGrants: [],
  bearerKey: null,
}

/** As the version before events were data saved it. Never change it: browsers have such snapshots. */
const snapshotOfWords = () => ({
  format: 1 as const,
  tables: {
    ...createMemoryState().snapshot().tables,
    settings: settingsOfRuns,
    jobs: new Map([
      ['job', run('job', { result: result({ removed: { bytes: 415, layers: 1, manifests: 1 } }) })],
    ]),
    activity: [
      ofWords('a', 'image pushed', '1', 'sha256:aa'),
      ofWords('b', 'collection finished', 'job', 'done, 415 B freed'),
      ofWords('c', 'account changed', 'ada', 'created as the first administrator'),
    ],
    pendingActs: new Map([
      [
        'p',
        {
          event: ofWords('p', 'tag restored', '2', 'sha256:bb'),
          witness: { kind: 'entry given up' as const, entryID: 'p' },
          push: null,
        },
      ],
    ]),
  },
})
const ofWords = (id: string, kind: string, subject: string | null, detail: string | null) => {
  const envelope = { atMs: 1, actor: 'ada', from: null, repository: null }
  return { ...envelope, id, kind, subject, detail }
}

test('events of a snapshot that were words become data, also of pending acts', async () => {
  const state = createMemoryState({ snapshot: snapshotOfWords() })
  const { events } = await state.activity.list({ limit: 9 })
  expect(events.map(({ id, data }) => [id, data])).toEqual([
    ['c', { legacy: { subject: 'ada', text: 'created as the first administrator' } }],
    ['b', { jobID: 'job', status: 'done', error: null, freedBytes: 415 }],
    ['a', { tag: '1', digest: 'sha256:aa' }],
  ])
  expect(await state.pendingActs.all()).toMatchObject([
    { event: { id: 'p', data: { tag: '2', digest: 'sha256:bb' } }, push: null },
  ])
  const again = createMemoryState({ snapshot: structuredClone(state.snapshot()) })
  expect((await again.activity.list({ limit: 9 })).events).toEqual(events)
})

test('a snapshot from before acts were noted is completed', async () => {
  const { pendingActs: _, ...tables } = snapshotOfWords().tables
  const state = createMemoryState({ snapshot: { format: 1, tables } })
  expect(await state.pendingActs.all()).toEqual([])
  expect(await state.activity.count({})).toBe(3)
})

test('runs of a snapshot from before jobs had kinds get one, with their plans', async () => {
  const jobs = new Map([
    ['planned', run('planned', { givenPlanID: 'p' })],
    ['dry', run('dry', { dryRun: true, planID: 'p', result: result({ dryRun: true }) })],
    ['failed', run('failed', { dryRun: true, status: 'errored', error: 'no disk' })],
  ])
  const { tables } = createMemoryState().snapshot()
  const saved = { ...tables, jobs, settings: settingsOfRuns }
  const state = createMemoryState({ snapshot: { format: 2, tables: saved } })
  const kept = [
    job('failed', { kind: 'dry-run', status: 'errored', error: 'no disk' }),
    job('dry', { kind: 'dry-run', result: { ...result({ dryRun: true }), planID: 'p' } }),
    job('planned', { request: { planID: 'p' } }),
  ]
  expect((await state.jobs.list({ offset: 0, limit: 9 })).jobs).toEqual(kept)
  expect(await state.settings.schedule('collection')).toBe('0 * * *')
  expect(await state.settings.schedulerSeenMs('collection')).toBe(7)
  const again = createMemoryState({ snapshot: structuredClone(state.snapshot()) })
  expect(await again.settings.schedule('collection')).toBe('0 * * *')
  expect((await again.jobs.list({ offset: 0, limit: 9 })).jobs).toEqual(kept)
})

test('a snapshot of an unknown format counts as empty', async () => {
  const state = createMemoryState()
  await state.accounts.create(account('ada'))
  const snapshot = { ...state.snapshot(), format: 0 } as unknown as MemoryStateSnapshot
  expect(await createMemoryState({ snapshot }).accounts.list()).toEqual([])
})

test('every kind of change is announced', async () => {
  let changes = 0
  const state = createMemoryState({ onChange: () => (changes += 1) })
  await state.accounts.create(account('ada'))
  await state.accounts.create(account('ada'))
  expect(changes).toBe(1)
  await state.settings.setSchedulerSeenMs('collection', 1)
  await state.jobs.save(job('a'))
  await state.activity.record(event('e'))
  expect(changes).toBe(4)
})
