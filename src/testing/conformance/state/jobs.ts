import { nothingRemoved, type CollectionResult } from '#domain/collection/collection-result.ts'
import { describe, expect, test } from 'vitest'
import { atMs, job, type OpenState } from './state-samples.ts'
import type { StoredJob } from '#state/jobs.ts'

const ids = (jobs: readonly StoredJob[]) => jobs.map(({ id }) => id)

const result: CollectionResult = {
  dryRun: false,
  planned: { bytes: 2 ** 45, layers: 2, manifests: 1 },
  removed: nothingRemoved,
  byCause: { 'deleted image': { bytes: 5, layers: 1, manifests: 0 } },
  byRepository: { 'team/app': nothingRemoved },
  skipped: 0,
  failures: [{ subject: 'sha256:… of team/app', reason: 'no "permission"' }],
  left: nothingRemoved,
  endedBy: 'stopped',
  storedBytes: 7,
  verification: { tags: 2, wholeTags: 2, broken: [] },
  gateClosedMs: 12,
}

const line = (data: string) => ({ timeMs: atMs, level: 'info' as const, data })

export function jobsContract(open: OpenState) {
  describe('jobs', () => {
    test('a job reads back as it was last saved', async () => {
      const { jobs } = await open()
      const running = job('a', {
        status: 'running',
        finishedAtMs: null,
        progress: {
          phase: 'marking',
          done: 1,
          total: 0,
          bytesFreed: 0,
          bytesPerSecond: 0.5,
          remainingMs: null,
          repository: 'team/app',
        },
      })
      await jobs.save(running)
      expect(await jobs.find('a')).toEqual(running)
      const request = { planID: 'q', more: [1, null] }
      const done = job('a', { result, request, scheduledAtMs: 5, error: 'e' })
      await jobs.save(done)
      expect(await jobs.find('a')).toEqual(done)
      expect(await jobs.find('b')).toBeNull()
    })

    test('the newest comes first, by the first save', async () => {
      const { jobs } = await open()
      for (const id of ['b', 'c', 'a']) await jobs.save(job(id))
      await jobs.save(job('b', { updatedAtMs: atMs + 5000 }))
      expect(ids((await jobs.list({ offset: 0, limit: 10 })).jobs)).toEqual(['a', 'c', 'b'])
      const page = await jobs.list({ offset: 1, limit: 1 })
      expect(ids(page.jobs)).toEqual(['c'])
      expect(page.total).toBe(3)
    })

    test('jobs can be filtered by running and by kind', async () => {
      const { jobs } = await open()
      await jobs.save(job('done'))
      await jobs.save(job('dry', { kind: 'dry-run' }))
      await jobs.save(job('running', { status: 'running', finishedAtMs: null }))
      await jobs.save(job('errored', { status: 'errored' }))
      await jobs.save(job('canceled', { status: 'canceled' }))
      const list = async (query: { running?: boolean; kinds?: readonly string[] }) => {
        const page = await jobs.list({ ...query, offset: 0, limit: 10 })
        expect(page.total).toBe(page.jobs.length)
        return ids(page.jobs)
      }
      expect(await list({ running: true })).toEqual(['running'])
      expect(await list({ running: false })).toEqual(['canceled', 'errored', 'dry', 'done'])
      expect(await list({ kinds: ['dry-run'] })).toEqual(['dry'])
      expect(await list({ kinds: ['dry-run', 'none'] })).toEqual(['dry'])
      expect(await list({ kinds: ['none'] })).toEqual([])
      expect(await list({ kinds: [] })).toEqual([])
      const query = { running: false, kinds: ['collection'] }
      expect(await list(query)).toEqual(['canceled', 'errored', 'done'])
      const both = { running: true, kinds: ['collection', 'dry-run'] }
      expect(await list(both)).toEqual(['running'])
    })

    test('finished jobs of a kind are found by their end', async () => {
      const { jobs } = await open()
      await jobs.save(job('late', { finishedAtMs: 30 }))
      await jobs.save(job('early', { finishedAtMs: 10 }))
      await jobs.save(job('dry', { finishedAtMs: 15, kind: 'dry-run' }))
      await jobs.save(job('middle', { finishedAtMs: 20, status: 'errored' }))
      await jobs.save(job('running', { finishedAtMs: null, status: 'running' }))
      expect(ids(await jobs.finishedBetween('collection', 10, 30))).toEqual(['early', 'middle'])
      expect(ids(await jobs.finishedBetween('collection', 0, 31))).toEqual([
        'early',
        'middle',
        'late',
      ])
    })
  })

  describe("a job's log", () => {
    test('lines are numbered on from the last one', async () => {
      const { jobs } = await open()
      await jobs.save(job('a'))
      await jobs.save(job('b'))
      await jobs.appendLog('a', [line('one'), line('two')])
      await jobs.appendLog('b', [line('other')])
      await jobs.appendLog('a', [])
      await jobs.appendLog('a', [line('three')])
      expect(await jobs.log('a', 0, 10)).toEqual([
        { ...line('one'), lineNum: 0 },
        { ...line('two'), lineNum: 1 },
        { ...line('three'), lineNum: 2 },
      ])
      expect((await jobs.log('a', 1, 1)).map(({ data }) => data)).toEqual(['two'])
      expect(await jobs.log('unknown', 0, 10)).toEqual([])
    })

    test('very many lines fit in one call, and stay when the job is saved again', async () => {
      const { jobs } = await open()
      await jobs.save(job('a'))
      await jobs.appendLog(
        'a',
        Array.from({ length: 7000 }, (_, at) => line(`line ${at}`)),
      )
      await jobs.save(job('a', { status: 'canceled' }))
      const [last, ...more] = await jobs.log('a', 6999, 10)
      expect(last).toEqual({ ...line('line 6999'), lineNum: 6999 })
      expect(more).toEqual([])
    })

    test('no lines are stored without a job', async () => {
      const { jobs } = await open()
      await expect(jobs.appendLog('a', [line('one')])).rejects.toMatchObject({
        code: 'NO_SUCH_JOB',
      })
    })
  })
}
