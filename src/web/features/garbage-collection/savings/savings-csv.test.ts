import { noStoredParts } from '#domain/collection/stored-parts.ts'
import { describe, expect, it } from 'vitest'
import { sampleSaving } from '../testing/samples.ts'
import { savingsCsv } from './savings-csv.ts'
import { splitBy } from './savings-series.ts'

const failedRun = {
  jobID: 'failed',
  startedAt: '2026-11-22T01:00:00.000Z',
  finishedAt: '2026-11-22T01:00:01.000Z',
  trigger: 'schedule' as const,
}

describe('savingsCsv', () => {
  const data = { savings: [sampleSaving()], failedRuns: [] }
  const linesOf = (csv: string) => csv.split('\r\n')

  it('lists the exact figures of each run', () => {
    const [heading, line, end] = linesOf(savingsCsv('freed', data, null))
    expect(heading).toBe(
      'job,started_at,finished_at,trigger,status,freed_bytes,layers_removed,manifests_removed,' +
        'freed_deleted_image_bytes,freed_expired_trash_bytes,freed_replaced_tag_bytes,' +
        'freed_untagged_image_bytes,freed_orphaned_layer_bytes,freed_abandoned_upload_bytes,' +
        'stored_before_bytes,reclaimable_before_bytes',
    )
    expect(line).toBe(
      'run-1,2026-11-22T01:00:00.000Z,2026-11-22T01:00:41.000Z,schedule,done,100,2,1,100,0,0,0,0,0,1000,100',
    )
    expect(end).toBe('')
  })

  it('has the columns of each view', () => {
    const parts = { ...noStoredParts, oneImage: 900, reclaimable: 100 }
    const stored = { savings: [sampleSaving({ stored: { parts, free: null } })], failedRuns: [] }
    const [heading, line] = linesOf(savingsCsv('stored', stored, null))
    expect(heading).toContain('oneImage_bytes,shared_bytes,untagged_bytes,trash_bytes')
    expect(line).toMatch(/,1000,100,900,0,0,0,0,100,$/)
    const two = { savings: [sampleSaving(), sampleSaving({ jobID: 'b' })], failedRuns: [] }
    expect(linesOf(savingsCsv('cumulative', two, null))[2]).toMatch(/,200$/)
    const byRepository = { 'team/app': { bytes: 100, layers: 2, manifests: 1 } }
    const split = splitBy('repository', [sampleSaving({ byRepository })])
    const apart = { savings: [sampleSaving({ byRepository })], failedRuns: [] }
    expect(savingsCsv('freed', apart, split)).toContain('freed_team/app_bytes')
  })

  it('lists a run that failed without figures', () => {
    const csv = savingsCsv('stored', { savings: [], failedRuns: [failedRun] }, null)
    expect(linesOf(csv)[1]).toMatch(/,schedule,errored,{9}$/)
  })

  it('quotes a field that would break its line', () => {
    const odd = { savings: [sampleSaving({ jobID: 'a,"b"\nc' })], failedRuns: [] }
    expect(savingsCsv('freed', odd, null)).toContain('"a,""b""\nc",2026')
  })

  it('has a column for a cause that only the server knows', () => {
    const byCause = { 'cold image': { bytes: 7, layers: 1, manifests: 0 } }
    const cold = { savings: [sampleSaving({ byCause })], failedRuns: [] }
    const [heading, line] = linesOf(savingsCsv('freed', cold, null))
    const column = heading?.split(',').indexOf('freed_cold_image_bytes') ?? -1
    expect(line?.split(',')[column]).toBe('7')
  })
})
