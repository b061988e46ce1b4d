import { describe, expect, test } from 'vitest'
import type { CollectionView } from '#services/jobs/kinds/collection/is-collection.ts'
import type { State } from '#state/state.ts'
import { startMs } from '../builders/test-world.ts'
import { createSharingServer, type SharingServer } from './sharing-servers.ts'

const ada = { name: 'ada', from: '192.0.2.7' }
const byAda = { trigger: 'person', actor: ada } as const
const hourMs = 3_600_000

async function start({ collections }: SharingServer): Promise<CollectionView> {
  const started = await collections.startCollection(byAda)
  if (!started.ok) throw new Error(started.refusal.message)
  return started.value
}

async function kindsRecorded(state: State): Promise<readonly string[]> {
  const { events } = await state.activity.list({ limit: 1000 })
  return events.map(({ kind }) => kind).toReversed()
}

/**
 * What several servers over one state do with their jobs.
 *
 * @param open one empty state, as each of so many servers sees it
 */
export function sharedJobsContract(
  name: string,
  open: (count: number) => Promise<readonly State[]>,
): void {
  async function openServers() {
    const states = await open(2)
    let nowMs = startMs
    const clock = { nowMs: () => nowMs }
    const [state] = states
    const [a, b] = states.map((one, at) => createSharingServer(at === 0 ? 'a' : 'b', one, clock))
    if (!a || !b || !state) throw new Error('two servers were asked for')
    const restart = () => createSharingServer('b again', states[1] ?? state, clock)
    return { a, b, state, restart, passTime: (ms: number) => void (nowMs += ms), clock }
  }

  describe(`jobs of several servers, over ${name}`, () => {
    test('are seen by each of them, with progress, log and result', async () => {
      const { a, b } = await openServers()
      const { job } = await start(a)
      expect(await b.view(job.id)).toMatchObject({ job: { status: 'running' }, stopping: false })
      const progress = {
        phase: 'sweeping' as const,
        done: 3,
        total: 9,
        bytesFreed: 5,
        bytesPerSecond: 0,
        remainingMs: null,
        repository: 'team/app',
      }
      a.runs[0]?.options.emit?.({ kind: 'progress', progress })
      await a.jobs.look()
      expect(await b.view(job.id)).toMatchObject({ job: { progress } })
      expect(b.collections.runningJob()).toBeNull()
      await b.jobs.look()
      expect(b.collections.runningJob()).toMatchObject({ job: { id: job.id, progress } })
      a.runs[0]?.finish()
      await a.jobs.jobEnd(job.id)
      expect(await b.view(job.id)).toMatchObject({
        job: { status: 'done', result: { removed: { bytes: 1500 } } },
        stopping: false,
      })
      await b.jobs.look()
      expect(b.collections.runningJob()).toBeNull()
    })

    test('are stopped from each of them, and that is recorded once', async () => {
      const { a, b, state } = await openServers()
      const { job } = await start(a)
      const signal = a.runs[0]?.options.signal
      const answers = await Promise.all([b.jobs.stopJob(job.id, ada), b.jobs.stopJob(job.id, ada)])
      expect(answers).toEqual(['stopping', 'stopping'])
      expect(await b.view(job.id)).toMatchObject({ job: { status: 'running' }, stopping: true })
      expect(signal?.aborted).toBe(false)
      await a.jobs.look()
      expect(signal?.aborted).toBe(true)
      expect(await a.jobs.stopJob(job.id, ada)).toBe('stopping')
      // The end is waited for also there.
      await b.jobs.look()
      const ended = b.jobs.jobEnd(job.id)
      a.runs[0]?.finish({ endedBy: 'stopped' })
      await a.jobs.jobEnd(job.id)
      await b.jobs.look()
      await ended
      expect(await b.view(job.id)).toMatchObject({ job: { status: 'canceled' }, stopping: false })
      expect(await b.jobs.stopJob(job.id, ada)).toBe('not running')
      expect(await b.jobs.stopJob('none', ada)).toBe('no such job')
      expect(await kindsRecorded(state)).toEqual([
        'collection started',
        'collection stopped',
        'collection finished',
      ])
    })

    test('are stopped at once where they run, and others see it', async () => {
      const { a, b } = await openServers()
      const { job } = await start(a)
      expect(await a.jobs.stopJob(job.id, ada)).toBe('stopping')
      expect(a.runs[0]?.options.signal?.aborted).toBe(true)
      expect(await b.view(job.id)).toMatchObject({ stopping: true })
    })

    test('are one collection at a time, also if they start at once', async () => {
      const { a, b } = await openServers()
      const starts = await Promise.all(
        [a, b, a, b].map(({ collections }) => collections.startCollection(byAda)),
      )
      expect(starts.filter(({ ok }) => ok)).toHaveLength(1)
      const [running] = [...a.jobs.runningHere(), ...b.jobs.runningHere()]
      for (const refused of starts) {
        if (refused.ok) continue
        expect(refused.refusal).toMatchObject({
          code: 'JOB_ALREADY_RUNNING',
          job: { job: { id: running?.job.id } },
        })
      }
      expect(a.runs.length + b.runs.length).toBe(1)
    })

    test('of a server that died are seen as interrupted, once, and the next can start', async () => {
      const { a, b, state, restart } = await openServers()
      const { job } = await start(b)
      const again = restart()
      await Promise.all([a.hearSilence(), again.hearSilence()])
      expect(await a.view(job.id)).toMatchObject({
        job: { status: 'errored', error: expect.stringContaining('the server stopped') },
      })
      expect(await kindsRecorded(state)).toEqual(['collection started', 'collection finished'])
      await start(again)
    })

    test('of a server that lives are not ended by one that starts', async () => {
      const { a, restart } = await openServers()
      const { job } = await start(a)
      const again = restart()
      expect(await again.jobs.closeInterrupted()).toBe(0)
      for (let at = 0; at < 60; at += 1) {
        await a.jobs.look()
        await again.jobs.look()
      }
      expect(await again.view(job.id)).toMatchObject({ job: { status: 'running' } })
      expect(a.runs[0]?.options.signal?.aborted).toBe(false)
    })

    test('that were taken for dead stop, and change what is stored no more', async () => {
      const { a, b, state } = await openServers()
      const { job } = await start(a)
      await b.hearSilence()
      const stored = await state.jobs.find(job.id)
      expect(stored).toMatchObject({ status: 'errored' })
      await a.jobs.look()
      expect(a.runs[0]?.options.signal?.aborted).toBe(true)
      a.runs[0]?.finish({ endedBy: 'stopped' })
      await a.jobs.jobEnd(job.id)
      expect(await state.jobs.find(job.id)).toEqual(stored)
      expect(await kindsRecorded(state)).toEqual(['collection started', 'collection finished'])
      // Both expect it: they say no place in the code.
      expect([...a.failures, ...b.failures]).toEqual([
        `the end of job ${job.id} cannot be stored: another server has ended it, because this one seemed to be dead`,
        `job ${job.id} has ended: the server that ran it does not answer any more`,
      ])
    })

    test('that a server left which used the state alone are closed at the start', async () => {
      const { a, b, state } = await openServers()
      const { job } = await start(a)
      await state.jobRuns.end(job.id)
      expect(await b.jobs.closeInterrupted()).toBe(1)
      expect(await b.view(job.id)).toMatchObject({ job: { status: 'errored' } })
    })

    test('of a schedule are started once, whose clock is ahead or not', async () => {
      const { a, b, state, passTime, clock } = await openServers()
      await a.scheduler.setSchedule('* * *', ada)
      const tick = (aheadMs: number) =>
        Promise.all([a, b].map(({ scheduler }, at) => scheduler.tick(clock.nowMs() + at * aheadMs)))
      for (const aheadMs of [0, 20_000]) {
        await tick(aheadMs)
        passTime(hourMs - 10_000)
        const kinds: string[] = []
        for (let at = 0; at < 4; at += 1) {
          passTime(5_000)
          kinds.push(...(await tick(aheadMs)).map(({ kind }) => kind))
        }
        expect(kinds.filter((kind) => kind !== 'nothing due')).toEqual(['started'])
        for (const { jobs, runs } of [a, b]) {
          const ids = jobs.runningHere().map(({ job }) => job.id)
          for (const run of runs) run.finish()
          await Promise.all(ids.map(jobs.jobEnd))
        }
      }
      const recorded = await kindsRecorded(state)
      expect(recorded.filter((kind) => kind === 'collection started')).toHaveLength(2)
    })

    test('that were due while no server ran are reported once', async () => {
      const { a, b, state, restart, passTime, clock } = await openServers()
      await a.scheduler.setSchedule('* * *', ada)
      await Promise.all([a, b].map(({ scheduler }) => scheduler.tick(clock.nowMs())))
      passTime(2.5 * hourMs)
      const outcomes = await Promise.all(
        [restart(), restart()].map(({ scheduler }) => scheduler.tick(clock.nowMs())),
      )
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['missed', 'nothing due'])
      expect((await state.settings.missedRuns('collection'))?.count).toBe(2)
    })
  })
}
