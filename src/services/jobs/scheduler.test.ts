import { describe, expect, test } from 'vitest'
import { ada, createScheduled, hourMs } from '#testing/services/scheduled-runs.ts'
import { previewSchedule } from './scheduler.ts'
import { settle, startMs } from '#testing/builders/test-world.ts'

describe('a schedule', () => {
  test('reads back in its canonical form, with the next five runs', async () => {
    const { scheduler, recorded } = createScheduled()
    const saved = await scheduler().setSchedule('@midnight', ada)
    const view = {
      schedule: '0 * * *',
      fields: { hour: '0', dayOfMonth: '*', month: '*', dayOfWeek: '*' },
      description: expect.stringContaining('00:00'),
      nextRunsMs: [12, 36, 60, 84, 108].map((hours) => startMs + hours * hourMs),
      missed: null,
    }
    expect(saved).toEqual({ ok: true, value: view })
    expect(await scheduler().scheduleView()).toEqual(view)
    expect(await recorded()).toMatchObject([
      { kind: 'schedule changed', actor: 'ada', detail: '0 * * *' },
    ])
  })

  test('that is invalid is refused, and the previous one stays', async () => {
    const { scheduler } = createScheduled()
    await scheduler().setSchedule('3', ada)
    const answer = await scheduler().setSchedule('25 * * *', ada)
    expect(answer).toMatchObject({
      ok: false,
      refusal: { code: 'INVALID_SCHEDULE', field: 'hour' },
    })
    expect((await scheduler().scheduleView()).schedule).toBe('3 * * *')
  })

  test('can be never', async () => {
    const { scheduler, tick, tickAfter, runs } = createScheduled()
    const never = {
      schedule: null,
      fields: null,
      description: null,
      nextRunsMs: [],
      missed: null,
    }
    expect(await scheduler().scheduleView()).toEqual(never)
    await scheduler().setSchedule('* * *', ada)
    expect(await scheduler().setSchedule(null, ada)).toEqual({ ok: true, value: never })
    await tick()
    expect(await tickAfter(hourMs)).toEqual({ kind: 'nothing due' })
    expect(runs).toEqual([])
  })

  test('can be previewed from any instant without being saved', async () => {
    const { scheduler } = createScheduled()
    const preview = previewSchedule('6', startMs, 2)
    expect(preview).toMatchObject({
      ok: true,
      value: { nextRunsMs: [startMs + 18 * hourMs, startMs + 42 * hourMs] },
    })
    expect(previewSchedule('6 6 6 6 6', startMs, 2).ok).toBe(false)
    expect((await scheduler().scheduleView()).schedule).toBeNull()
  })
})

describe('a tick', () => {
  test('starts a run when it is due, once', async () => {
    const { scheduler, tick, tickAfter, lastRun, requests } = createScheduled()
    await scheduler().setSchedule('13', ada)
    expect(await tickAfter(hourMs - 1)).toEqual({ kind: 'nothing due' })
    const dueMs = startMs + hourMs
    expect(await tickAfter(1)).toMatchObject({ kind: 'started', dueMs })
    expect(requests).toMatchObject([
      { trigger: 'schedule', actor: { name: null }, scheduledAtMs: dueMs },
    ])
    lastRun().finish()
    await settle()
    expect(await tick()).toEqual({ kind: 'nothing due' })
    expect(await tickAfter(10_000)).toEqual({ kind: 'nothing due' })
    expect(await tickAfter(24 * hourMs - 10_000)).toMatchObject({ kind: 'started' })
  })

  test('twice at the same time starts one run', async () => {
    const { scheduler, moveClock, tick, requests } = createScheduled()
    await scheduler().setSchedule('13', ada)
    moveClock(hourMs)
    const outcomes = await Promise.all([tick(), tick()])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['started', 'nothing due'])
    expect(requests).toHaveLength(1)
  })

  test('never fires twice, if the clock is set back by any time within a day', async () => {
    const { scheduler, tickAfter, lastRun, requests, restart } = createScheduled()
    await scheduler().setSchedule('* * *', ada)
    await tickAfter(hourMs)
    lastRun().finish()
    await settle()
    for (const backMs of [5_000, 2 * hourMs]) {
      await tickAfter(-backMs)
      restart()
      for (let passedMs = 0; passedMs < backMs; passedMs += 5_000) await tickAfter(5_000)
    }
    expect(requests).toHaveLength(1)
    expect(await tickAfter(hourMs)).toMatchObject({ kind: 'started' })
  })

  test('continues at once when the clock was wrong by more than a day', async () => {
    const { scheduler, tick, tickAfter, warnings } = createScheduled()
    await scheduler().setSchedule('14', ada)
    await tick()
    expect(await tickAfter(1000.5 * hourMs)).toMatchObject({
      kind: 'missed',
      reason: expect.stringContaining('its clock was set forward'),
    })
    expect(await tickAfter(-1000 * hourMs)).toEqual({ kind: 'nothing due' })
    expect(warnings).toEqual([expect.stringContaining('clock was set back')])
    expect(await tickAfter(1.5 * hourMs)).toMatchObject({ kind: 'started' })
  })

  test('skips what is due while a collection runs', async () => {
    const { scheduler, collections, tickAfter, runs, recorded } = createScheduled()
    await scheduler().setSchedule('13', ada)
    await collections.startCollection({ trigger: 'person', actor: ada })
    expect(await tickAfter(hourMs)).toMatchObject({
      kind: 'skipped',
      dueMs: startMs + hourMs,
      reason: expect.stringContaining('running already'),
    })
    expect(runs).toHaveLength(1)
    expect((await recorded()).at(-1)).toMatchObject({ kind: 'collection skipped' })
    expect((await scheduler().scheduleView()).missed).toMatchObject({
      cause: 'refused',
      message: expect.stringContaining('running already'),
    })
  })

  test('does not start runs that a new schedule would have had before it was set', async () => {
    const { scheduler, moveClock, tick } = createScheduled()
    await tick()
    moveClock(hourMs + 5_000)
    await scheduler().setSchedule('13', ada)
    expect(await tick()).toEqual({ kind: 'nothing due' })
  })

  test('killed before its run started does not start it again', async () => {
    const { scheduler, settings, moveClock, clock, restart, tickAfter } = createScheduled()
    await scheduler().setSchedule('13', ada)
    moveClock(hourMs)
    const seen = settings.setSchedulerSeenMs
    settings.setSchedulerSeenMs = async (kind, ms) => {
      await seen(kind, ms)
      throw new Error('killed')
    }
    await expect(scheduler().tick(clock.nowMs())).rejects.toThrow('killed')
    settings.setSchedulerSeenMs = seen
    restart()
    expect(await tickAfter(1000)).toEqual({ kind: 'nothing due' })
  })

  test('stores its position only once a minute while nothing is due', async () => {
    const { scheduler, settings, tickAfter } = createScheduled()
    await scheduler().setSchedule('3', ada)
    for (let at = 0; at < 5; at += 1) await tickAfter(10_000)
    expect(await settings.schedulerSeenMs('collection')).toBe(startMs)
    await tickAfter(10_000)
    expect(await settings.schedulerSeenMs('collection')).toBe(startMs + 60_000)
  })

  test('treats an unreadable stored schedule as none, and reports it', async () => {
    const { settings, tick, warnings } = createScheduled()
    await settings.setSchedule('collection', 'whenever')
    expect(await tick()).toEqual({ kind: 'nothing due' })
    expect(warnings).toEqual([expect.stringContaining('"whenever" cannot be read')])
  })
})
