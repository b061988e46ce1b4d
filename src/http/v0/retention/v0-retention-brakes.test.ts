import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { ErrorBody } from '#contract/errors.ts'
import {
  approvalNeeded,
  type RetentionJob,
  type WireRetentionSettings,
} from '#contract/rules/retention-runs.ts'
import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import {
  app,
  createCleaningWorld,
  dayMs,
  image,
  imageOf,
  type CleaningWorld,
} from '#testing/builders/cleaning-world.ts'

let world: CleaningWorld

beforeEach(async () => {
  world = await createCleaningWorld()
})

describe('a reviewed preview', () => {
  test('takes exactly what it showed', async () => {
    const { previewID } = await world.preview()
    world.api.clock.advance(2 * dayMs)
    // All six are old enough now.
    const { result } = await world.run({ preview: previewID })
    expect(result).toMatchObject({ previewID, removed: 4, skipped: 0 })
    expect(await world.tags()).toEqual(['pr-4', 'pr-5', 'stable'])
  })

  test('says what has changed since, and skips it', async () => {
    const { previewID } = await world.preview()
    await world.push(imageOf(0), 'pr-0')
    await world.push(imageOf(5), 'pr-1')
    await world.api.as('owner').ask('DELETE', `/api/v0/repositories/${app}/tags/pr-2`)
    const { result } = await world.run({ preview: previewID })
    expect(result).toMatchObject({ removed: 1, skipped: 3 })
    expect(result?.notes.map(({ tag, reason }) => [tag, reason])).toEqual([
      ['pr-0', 'the rules keep it now'],
      ['pr-1', 'it is gone, or shows another image than in the preview'],
      ['pr-2', 'it is gone, or shows another image than in the preview'],
    ])
  })

  test('takes nothing by a policy that was changed since', async () => {
    const { previewID } = await world.preview()
    await world.save({ remove: { tags: ['pr-*'] } })
    const { result } = await world.run({ preview: previewID })
    expect(result).toMatchObject({ removed: 0, skipped: 4 })
    expect(result?.notes[0]?.reason).toBe('the policy has been changed since the preview')
  })

  test('of a draft, or for another moment, is refused', async () => {
    const draft = await world.ask<WireRetentionPreview>('POST', '/retention/preview', {
      scope: 'team',
      policy: 'rules: []',
    })
    const at = await world.ask<WireRetentionPreview>('POST', '/retention/preview', {
      scope: 'team',
      at: '2026-12-31T00:00:00Z',
    })
    for (const { previewID } of [draft, at]) {
      const refused = await world.tell('POST', '/admin/jobs', {
        job: 'retention',
        preview: previewID,
      })
      expect([refused.status, refused.code]).toEqual([400, 'PREVIEW_NOT_RUNNABLE'])
      const approval = await world.tell('POST', '/retention/approve', { previewID })
      expect(approval.code).toBe('PREVIEW_NOT_RUNNABLE')
    }
  })
})

describe('brakes', () => {
  const waiting = async () =>
    (await world.ask<WireRetentionSettings>('GET', '/retention/settings')).waiting

  test('a new policy waits for one approval, and so does each change of it', async () => {
    await world.settings({ approveFirst: true })
    const { id, result } = await world.run()
    expect(result).toMatchObject({ removed: 0, waiting: 4, brakes: [{ reason: 'first run' }] })
    expect((await world.tags()).length).toBe(7)
    const metrics = await world.api.as('admin').ask('GET', '/metrics')
    expect(metrics.text).toContain('\njetsam_retention_waiting 4\n')
    expect(await waiting()).toMatchObject({ jobID: id, count: 4, previewID: result?.previewID })
    await world.ask('POST', '/retention/approve', { previewID: result?.previewID })
    expect((await world.run()).result).toMatchObject({ removed: 4, waiting: 0 })
    expect(await waiting()).toBeNull()
    await world.save({ remove: { tags: ['pr-*'], olderThan: '1d' } })
    expect((await world.run()).result).toMatchObject({ removed: 0, waiting: 2 })
  })

  test('too large a share of a repository waits, and the others are cleaned', async () => {
    await world.settings({ maximumShare: 50 })
    for (const tag of ['pr-1', 'a', 'b'])
      await world.api.as('admin').pushImage('team/other', image(tag), tag)
    world.api.clock.advance(4 * dayMs)
    const { result } = await world.run()
    expect(result?.brakes).toMatchObject([
      { reason: 'share of tags', repository: app, message: expect.stringContaining('6 of the 7') },
    ])
    expect(result).toMatchObject({ removed: 1, waiting: 6 })
    expect([await world.tags('team/other'), (await world.tags()).length]).toEqual([['a', 'b'], 7])
    const shown = await world.ask<WireRetentionPreview>(
      'GET',
      `/retention/previews/${result?.previewID}?pageSize=100`,
    )
    expect(shown.totals.removed).toBe(6)
    expect(new Set(shown.verdicts.map(({ repository }) => repository))).toEqual(new Set([app]))
  })

  test('a preview beyond them is refused with the numbers until it is approved', async () => {
    await world.settings({ maximumImages: 2 })
    const { previewID } = await world.preview()
    const refused = await world.tell('POST', '/admin/jobs', {
      job: 'retention',
      preview: previewID,
    })
    expect([refused.status, refused.code]).toEqual([409, 'APPROVAL_NEEDED'])
    const { detail } = (refused.json as ErrorBody).errors[0] ?? {}
    expect(approvalNeeded.parse(detail)).toMatchObject({
      previewID,
      removed: 4,
      brakes: [{ reason: 'number of images', repository: null }],
    })
    await world.ask('POST', '/retention/approve', { previewID })
    expect((await world.run({ preview: previewID })).result).toMatchObject({
      removed: 4,
      waiting: 0,
    })
  })

  test('too large a share of the bytes holds the whole run', async () => {
    await world.push(image('large '.repeat(5000)), 'pr-9')
    await world.push(imageOf(5), ...Array.from({ length: 20 }, (_, number) => `t${number}`))
    world.api.clock.advance(4 * dayMs)
    await world.settings({ maximumShare: 50 })
    const { result } = await world.run()
    expect(result?.brakes).toMatchObject([{ reason: 'share of bytes', repository: null }])
    expect(result).toMatchObject({ removed: 0, waiting: 7 })
  })

  test.each([{ tags: ['*'] }, { tags: ['?*'] }, { tags: ['/.+/'] }, { untagged: true }])(
    'a rule that takes everything waits, also where first runs need no approval: %j',
    async (selector) => {
      await world.push(image('lone'))
      await world.save({ remove: selector })
      const { result } = await world.run()
      expect(result?.brakes).toMatchObject([{ reason: 'matches everything' }])
      expect(result?.removed).toBe(0)
    },
  )

  test('a damaged setting brakes', async () => {
    const damaged = { maximumShare: 'all', approveFirst: 0, approvals: [1] }
    await world.api.services.state.settings.setRetention(damaged as never)
    expect((await world.run()).result).toMatchObject({ removed: 0, waiting: 4 })
  })
})

describe('a run that does not come to its end', () => {
  test('is stopped between two items, and the next run goes on', async () => {
    const started = await world.ask<RetentionJob>('POST', '/admin/jobs', { job: 'retention' })
    world.beforeRemoval(() => world.ask('POST', `/jobs/${started.id}/cancel`))
    const job = await world.ended(started.id)
    expect(job.status).toBe('canceled')
    expect(job.result).toMatchObject({ removed: 1, left: 3, endedBy: 'stopped' })
    expect((await world.run()).result).toMatchObject({ removed: 3 })
    expect(await world.deletions()).toHaveLength(4)
  })

  test('because the storage keeps failing ends with the reason', async () => {
    vi.spyOn(world.api.services.registry.trash, 'softDelete').mockRejectedValue(
      new Error('no disk'),
    )
    const job = await world.run()
    expect([job.status, job.result?.failed]).toEqual(['done', 4])
    expect(job.result?.notes[0]?.reason).toBe('no disk')
  })
})

test('before a collection rules are applied, if that is wished, and what they took is spared', async () => {
  await world.settings({ beforeCollections: true })
  const { id } = await world.ask<{ id: string }>('POST', '/admin/jobs', { job: 'registryGC' })
  await world.api.services.jobs.jobEnd(id)
  expect(await world.tags()).toEqual(['pr-4', 'pr-5', 'stable'])
  const { jobs } = await world.ask<{ jobs: RetentionJob[] }>('GET', '/jobs?kind=retention')
  expect(jobs).toMatchObject([{ trigger: 'schedule', result: { removed: 4 } }])
  const collection = await world.ask<{ result: { removed: { bytes: number } } }>(
    'GET',
    `/jobs/${id}`,
  )
  expect(collection.result.removed.bytes).toBe(0)
  expect(await world.trash()).toHaveLength(4)
})

test('the schedule starts a run, and is its own', async () => {
  await world.ask('PUT', '/retention/schedule', { schedule: '0 * * *' })
  const { schedulers, clock } = world.api.services
  await schedulers.tick(clock.nowMs())
  world.api.clock.advance(dayMs - (clock.nowMs() % dayMs))
  const outcomes = await schedulers.tick(clock.nowMs())
  expect(outcomes.map(({ job, kind }) => [job, kind])).toEqual([
    ['collection', 'nothing due'],
    ['retention', 'started'],
  ])
  await world.ask('DELETE', '/retention/schedule')
  expect(await world.ask('GET', '/retention/schedule')).toMatchObject({ schedule: null })
})
