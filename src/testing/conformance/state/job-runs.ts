import { describe, expect, test } from 'vitest'
import { job, type OpenState } from './state-samples.ts'

export const jobRunsContract = (open: OpenState) =>
  describe('jobs that run', () => {
    test('count up until they end, each by itself', async () => {
      const { jobs, jobRuns } = await open()
      for (const id of ['a', 'b']) {
        await jobs.save(job(id))
        await jobRuns.begin(id)
      }
      expect(await jobRuns.beat('a')).toEqual({ jobID: 'a', beats: 1, isStopping: false })
      expect(await jobRuns.beat('a')).toEqual({ jobID: 'a', beats: 2, isStopping: false })
      const all = await jobRuns.all()
      expect(all.toSorted((one, other) => (one.jobID < other.jobID ? -1 : 1))).toEqual([
        { jobID: 'a', beats: 2, isStopping: false },
        { jobID: 'b', beats: 0, isStopping: false },
      ])
      expect(await jobRuns.end('a')).toBe(true)
      expect(await jobRuns.end('a')).toBe(false)
      expect(await jobRuns.beat('a')).toBeNull()
      expect((await jobRuns.all()).map(({ jobID }) => jobID)).toEqual(['b'])
    })

    test('end at a count only if they have not counted on', async () => {
      const { jobs, jobRuns } = await open()
      await jobs.save(job('a'))
      await jobRuns.begin('a')
      await jobRuns.beat('a')
      expect(await jobRuns.end('a', 0)).toBe(false)
      expect(await jobRuns.end('a', 1)).toBe(true)
    })

    test('are asked to stop once', async () => {
      const { jobs, jobRuns } = await open()
      await jobs.save(job('a'))
      await jobRuns.begin('a')
      expect(await jobRuns.stop('a')).toBe(true)
      expect(await jobRuns.stop('a')).toBe(false)
      expect(await jobRuns.beat('a')).toMatchObject({ isStopping: true })
      expect(await jobRuns.stop('b')).toBeNull()
    })

    test('are jobs that are stored, also within a transaction', async () => {
      const state = await open()
      const refused = { code: 'NO_SUCH_JOB' }
      await expect(state.jobRuns.begin('a')).rejects.toMatchObject(refused)
      await state.transaction(async ({ jobs, jobRuns }) => {
        await expect(jobRuns.begin('a')).rejects.toMatchObject(refused)
        await jobs.save(job('a'))
        await jobRuns.begin('a')
      })
      expect(await state.jobRuns.all()).toHaveLength(1)
    })
  })
