import { describe, expect, test } from 'vitest'
import { ada, createScheduled, hourMs } from '#testing/services/scheduled-runs.ts'
import { startMs } from '#testing/builders/test-world.ts'

describe('a run that did not start when it was due', () => {
  test('starts at once if it was due while the server was held up for less than an hour', async () => {
    const { scheduler, tick, tickAfter, recorded } = createScheduled()
    await scheduler().setSchedule('13', ada)
    await tick()
    await tickAfter(hourMs - 1000)
    const dueMs = startMs + hourMs
    expect(await tickAfter(64_000)).toMatchObject({ kind: 'started', dueMs, lateMs: 63_000 })
    const kinds = (await recorded()).map(({ kind }) => kind)
    expect(kinds).toEqual(['schedule changed', 'collection started'])
  })

  test('is reported as held up, not as without a server, after a longer delay', async () => {
    const { scheduler, tick, tickAfter, lastRun, recorded } = createScheduled()
    await scheduler().setSchedule('13,20', ada)
    await tick()
    const held = await tickAfter(4 * hourMs)
    expect(held).toMatchObject({ kind: 'missed', reason: expect.stringContaining('held up') })
    expect((await recorded()).at(-1)?.detail).toContain('the server was held up between')
    expect((await scheduler().scheduleView()).missed).toMatchObject({ cause: 'held up', count: 1 })
    // Shown until a scheduled run starts.
    expect(await tickAfter(4 * hourMs)).toMatchObject({ kind: 'started' })
    expect((await scheduler().scheduleView()).missed).toBeNull()
    lastRun().finish()
  })

  test('is counted until a run starts, and forgotten with the schedule', async () => {
    const { scheduler, tick, tickAfter, restart } = createScheduled()
    await scheduler().setSchedule('13', ada)
    await tick()
    for (let days = 0; days < 2; days += 1) {
      restart()
      await tickAfter(24 * hourMs)
    }
    expect((await scheduler().scheduleView()).missed).toMatchObject({
      count: 2,
      lastDueMs: startMs + 25 * hourMs,
    })
    await scheduler().setSchedule('14', ada)
    expect((await scheduler().scheduleView()).missed).toBeNull()
  })

  test('is not made up for if no server was running, and is reported', async () => {
    const { scheduler, tick, tickAfter, restart, recorded, requests } = createScheduled()
    await scheduler().setSchedule('13,14', ada)
    await tick()
    restart()
    expect(await tickAfter(4 * hourMs)).toEqual({
      kind: 'missed',
      dueMs: [startMs + hourMs, startMs + 2 * hourMs],
      reason: 'no server was running between 2026-01-31T12:00:00.000Z and 2026-01-31T16:00:00.000Z',
    })
    expect(await tickAfter(1000)).toEqual({ kind: 'nothing due' })
    expect(requests).toEqual([])
    expect((await recorded()).at(-1)).toMatchObject({
      kind: 'collection skipped',
      actor: null,
      detail:
        'due at 2026-01-31T13:00:00.000Z: no server was running between 2026-01-31T12:00:00.000Z and 2026-01-31T16:00:00.000Z (the first of 2)',
    })
    expect((await scheduler().scheduleView()).missed).toEqual({
      lastDueMs: startMs + 2 * hourMs,
      count: 2,
      cause: 'not running',
      sinceMs: startMs,
      untilMs: startMs + 4 * hourMs,
      message: null,
    })
  })

  test('is reported beside a run that starts as the server comes back', async () => {
    const { scheduler, tickAfter, restart, recorded } = createScheduled()
    await scheduler().setSchedule('* * *', ada)
    restart()
    expect(await tickAfter(3 * hourMs + 5_000)).toMatchObject({ kind: 'started' })
    const kinds = (await recorded()).map(({ kind }) => kind)
    expect(kinds).toEqual(['schedule changed', 'collection skipped', 'collection started'])
  })
})
