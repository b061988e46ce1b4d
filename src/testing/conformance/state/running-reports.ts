import { describe, expect, test } from 'vitest'
import type { StoredRunningReport } from '#state/running-reports.ts'
import { atMs, event, type OpenState } from './state-samples.ts'

const report = (
  cluster: string,
  changed: Partial<StoredRunningReport> = {},
): StoredRunningReport => ({
  cluster,
  id: `${cluster}-1`,
  reportedAtMs: atMs,
  reportedBy: 'ada',
  text: 'registry.example.com/team/app:1.0\n',
  ...changed,
})

const headOf = ({ cluster, id, reportedAtMs, reportedBy }: StoredRunningReport) => ({
  cluster,
  id,
  reportedAtMs,
  reportedBy,
})

export const runningReportsContract = (open: OpenState) =>
  describe('reports of what runs', () => {
    test('read back, the last of each cluster', async () => {
      const { runningReports } = await open()
      expect(await runningReports.list()).toEqual([])
      expect(await runningReports.find('prod')).toBeNull()
      const prod = report('prod')
      const edge = report('Edge', { reportedBy: null, text: '# \u0000 \u{1f4e6} "\r\n-' })
      await runningReports.put(prod)
      await runningReports.put(edge)
      expect(await runningReports.list()).toEqual([headOf(edge), headOf(prod)])
      expect(await runningReports.find('Edge')).toEqual(edge)
      const later = report('prod', {
        id: 'prod-2',
        reportedAtMs: atMs + 1,
        reportedBy: 'bob',
        text: '',
      })
      await runningReports.put(later)
      expect(await runningReports.find('prod')).toEqual(later)
      expect(await runningReports.list()).toEqual([headOf(edge), headOf(later)])
      // A clock that was set back: the last report counts nevertheless.
      const earlier = report('prod', { id: 'prod-3', reportedAtMs: atMs - 1 })
      await runningReports.put(earlier)
      expect(await runningReports.find('prod')).toEqual(earlier)
    })

    test('are given up one by one', async () => {
      const { runningReports } = await open()
      await runningReports.put(report('prod'))
      await runningReports.put(report('test'))
      expect(await runningReports.remove('prod')).toBe(true)
      expect(await runningReports.remove('prod')).toBe(false)
      expect(await runningReports.find('prod')).toBeNull()
      expect(await runningReports.list()).toEqual([headOf(report('test'))])
    })

    test('are stored with what is recorded of it, or not at all', async () => {
      const state = await open()
      await state.runningReports.put(report('prod'))
      const failing = state.transaction(async ({ runningReports, activity }) => {
        await runningReports.put(report('prod', { id: 'other' }))
        await runningReports.put(report('test'))
        await activity.record(event('e'))
        throw new Error('changed my mind')
      })
      await expect(failing).rejects.toThrow('changed my mind')
      expect(await state.runningReports.list()).toEqual([headOf(report('prod'))])
    })

    test('may be large', async () => {
      const { runningReports } = await open()
      const text = `registry.example.com/team/app@sha256:${'a'.repeat(64)}\n`.repeat(20_000)
      await runningReports.put(report('prod', { text }))
      expect((await runningReports.find('prod'))?.text).toBe(text)
    })
  })
