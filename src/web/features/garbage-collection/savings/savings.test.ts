import { describe, expect, it } from 'vitest'
import { bucketSavings } from './savings-buckets.ts'
import { savingsCsv } from './savings-csv.ts'
import { sampleSaving } from '../testing/samples.ts'

describe('savingsCsv', () => {
  it('lists the exact figures of each run', () => {
    const [heading, line, end] = savingsCsv([sampleSaving()]).split('\r\n')
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

  it('quotes a field that would break its line', () => {
    expect(savingsCsv([sampleSaving({ jobID: 'a,"b"\nc' })])).toContain('"a,""b""\nc",2026')
  })

  it('has a column for a cause that only the server knows', () => {
    const byCause = { 'cold image': { bytes: 7, layers: 1, manifests: 0 } }
    const [heading, line] = savingsCsv([sampleSaving({ byCause })]).split('\r\n')
    const column = heading?.split(',').indexOf('freed_cold_image_bytes') ?? -1
    expect(line?.split(',')[column]).toBe('7')
  })
})

const runs = (count: number, apartMs: number) =>
  Array.from({ length: count }, (_, run) => {
    const startedAt = new Date(Date.UTC(2026, 0, 1) + run * apartMs).toISOString()
    return sampleSaving({ jobID: `run-${run}`, startedAt, storedBytes: 1000 + run })
  })
const hourMs = 3_600_000

describe('bucketSavings', () => {
  it('makes one bar for each of few runs, oldest first, with a running total', () => {
    const { size, buckets } = bucketSavings(runs(3, hourMs).toReversed())
    expect(size).toBe('run')
    expect(buckets.map(({ cumulativeBytes }) => cumulativeBytes)).toEqual([100, 200, 300])
    expect(buckets.map(({ storedBytes }) => storedBytes)).toEqual([1000, 1001, 1002])
  })

  it('makes one bar for each day of hourly runs over a month, and loses no byte', () => {
    const { size, buckets } = bucketSavings(runs(30 * 24, hourMs))
    expect([size, buckets.length]).toEqual(['day', 30])
    expect(buckets[0]).toMatchObject({
      runs: 24,
      bytesFreed: 2400,
      bytesByCause: { 'deleted image': 2400 },
      storedBytes: 1023,
    })
    expect(buckets.at(-1)?.cumulativeBytes).toBe(30 * 24 * 100)
  })

  it('makes one bar for each month of daily runs over a year', () => {
    const { size, buckets } = bucketSavings(runs(365, 24 * hourMs))
    expect([size, buckets.length, buckets[1]?.runs]).toEqual(['month', 12, 28])
  })
})
