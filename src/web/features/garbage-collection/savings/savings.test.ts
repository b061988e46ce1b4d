import type { Saving } from '#contract/jobs/garbage-collection.ts'
import { noStoredParts } from '#domain/collection/stored-parts.ts'
import { describe, expect, it } from 'vitest'
import { sampleSaving } from '../testing/samples.ts'
import { byteTicks, timeTicks } from './chart-ticks.ts'
import { barsOf } from './savings-bars.ts'
import { figuresOf } from './savings-figures.ts'
import { askedFromMs, periodOf, rangeInUrl, readSavingsRange } from './savings-range.ts'
import { splitBy } from './savings-series.ts'
import { barDetails, freedHeadline, runWords, storedHeadline, trendWords } from './savings-words.ts'
import { segmentsOf, storedPoints, storedSeries, trendOf } from './stored-line.ts'

const dayMs = 24 * 3_600_000
/** In the reader's time zone, whichever it is. */
const at = (month: number, day: number, hour = 1) => new Date(2026, month - 1, day, hour).getTime()
const iso = (ms: number) => new Date(ms).toISOString()
const run = (ms: number, of: Partial<Saving> = {}): Saving =>
  sampleSaving({
    jobID: `run-${ms}`,
    startedAt: iso(ms),
    finishedAt: iso(ms + 41_000),
    ...of,
  })
const failed = (ms: number) => ({
  jobID: `failed-${ms}`,
  startedAt: iso(ms),
  finishedAt: iso(ms + 1000),
  trigger: 'schedule' as const,
})
const read = (query: string) => readSavingsRange(new URLSearchParams(query))
const none = splitBy('cause', [])
const november = { fromMs: at(11, 1), toMs: at(12, 1) }

describe('the range', () => {
  it.each([
    ['', '30d'],
    ['range=90d', '90d'],
    ['range=never', '30d'],
    ['range=custom', '30d'],
    ['range=custom&from=2026-11-02T00:00Z&to=2026-11-01T00:00Z', '30d'],
    ['range=custom&from=2026-11-01T00:00Z&to=2026-11-02T00:00Z', 'custom'],
  ])('of %j is %s', (query, id) => {
    expect(read(query).id).toBe(id)
  })

  it('that a person chose is the same after it was in the address', () => {
    const chosen = { fromMs: Date.UTC(2026, 10, 1, 13, 5), toMs: Date.UTC(2026, 10, 9) }
    const inUrl = rangeInUrl('custom', chosen)
    expect(inUrl).toEqual({
      range: 'custom',
      from: '2026-11-01T13:05Z',
      to: '2026-11-09T00:00Z',
    })
    const query = new URLSearchParams(inUrl as Record<string, string>)
    expect(readSavingsRange(query).chosen).toEqual(chosen)
  })

  it('is asked for with the same time before it', () => {
    const nowMs = at(11, 30)
    expect(askedFromMs(read('range=7d'), nowMs)).toBe(nowMs - 14 * dayMs)
    expect(askedFromMs(read('range=all'), nowMs)).toBeNull()
    expect(periodOf(read('range=7d'), nowMs, null)).toEqual({
      fromMs: nowMs - 7 * dayMs,
      toMs: nowMs,
    })
  })

  it('of all runs begins shortly before the first', () => {
    const { fromMs, toMs } = periodOf(read('range=all'), at(11, 30), at(3, 1))
    expect(toMs).toBe(at(11, 30))
    expect(at(3, 1) - fromMs).toBeGreaterThan(0)
    expect(at(3, 1) - fromMs).toBeLessThan(10 * dayMs)
  })
})

describe('the bars', () => {
  it('are the runs, where they were in time, oldest first, with a running total', () => {
    const data = { savings: [run(at(11, 20)), run(at(11, 2))], failedRuns: [failed(at(11, 9))] }
    const { size, bars, bytesFreed } = barsOf(data, november, none)
    expect([size, bytesFreed]).toEqual(['run', 200])
    expect(bars.map(({ fromMs }) => fromMs)).toEqual([at(11, 2), at(11, 9), at(11, 20)])
    expect(bars.map(({ cumulativeBytes }) => cumulativeBytes)).toEqual([100, 100, 200])
    expect(bars.map(({ marked }) => marked.failed)).toEqual([0, 1, 0])
  })

  it('tell apart how their runs ended, in words too', () => {
    const endings = [
      {},
      { status: 'errored' },
      { failures: 2 },
      { status: 'canceled', endedBy: 'stopped', failures: 1 },
      { endedBy: 'time limit' },
    ] as const
    const savings = endings.map((ending, nth) => run(at(11, 2 + nth), ending))
    const { bars } = barsOf({ savings, failedRuns: [] }, november, none)
    expect(bars.map(barDetails)).toEqual([
      expect.not.stringMatching(/failed|stopped|out of time/),
      expect.stringMatching(/, failed$/),
      expect.stringMatching(/, partly failed$/),
      expect.stringMatching(/, stopped$/),
      expect.stringMatching(/, out of time$/),
    ])
    expect(runWords(bars)).toBe('5 runs, 1 failed, 1 partly failed, 1 stopped, 1 out of time')
  })

  it('leave out what was before and after', () => {
    const data = { savings: [run(at(10, 31)), run(at(12, 2))], failedRuns: [] }
    expect(barsOf(data, november, none)).toMatchObject({ bars: [], runCount: 0 })
  })

  it.each([
    ['day', 30, 8],
    ['week', 300, 24],
    ['month', 900, 48],
  ] as const)(
    'stand for a %s where there are too many runs, and lose no byte',
    (size, days, apartHours) => {
      const fromMs = at(1, 5, 0)
      const count = (days * 24) / apartHours
      const savings = Array.from({ length: count }, (_, nth) =>
        run(fromMs + nth * apartHours * 3_600_000, { status: nth === 0 ? 'canceled' : 'done' }),
      )
      const period = { fromMs, toMs: fromMs + days * dayMs }
      const split = splitBy('cause', savings)
      const { bars, ...found } = barsOf({ savings, failedRuns: [] }, period, split)
      expect(found).toMatchObject({ size, runCount: count, bytesFreed: count * 100 })
      expect(bars.length).toBeLessThanOrEqual(75)
      expect(bars.length).toBeGreaterThan(12)
      expect(
        bars.reduce((sum, { bytesByKey }) => sum + (bytesByKey['deleted image'] ?? 0), 0),
      ).toBe(count * 100)
      expect(bars[0]).toMatchObject({ marked: { stopped: 1 } })
      for (const [place, { fromMs: from, toMs: to }] of bars.entries()) {
        expect(to).toBeGreaterThan(from)
        expect(bars[place + 1]?.fromMs ?? to).toBeGreaterThanOrEqual(to)
      }
    },
  )
})

describe('what a run freed, apart', () => {
  const amount = (bytes: number) => ({ bytes, layers: 1, manifests: 0 })

  it('is by cause in the order of the causes, and has none that freed nothing', () => {
    const byCause = { 'orphaned layer': amount(3), 'expired trash': amount(0), luck: amount(1) }
    const { series, bytesOf } = splitBy('cause', [run(1, { byCause })])
    expect(series.map(({ label }) => label)).toEqual(['orphaned layers', 'luck'])
    expect(bytesOf(run(1, { byCause }))).toMatchObject({ 'orphaned layer': 3 })
  })

  it('is by repository with the largest at the bottom, and the rest together', () => {
    const byRepository = Object.fromEntries(
      Array.from({ length: 9 }, (_, nth) => [`team/${nth}`, amount(nth + 1)]),
    )
    // Two bytes are of repositories that the person may not see.
    const saving = run(1, { byRepository, bytesFreed: 47 })
    const { series, bytesOf } = splitBy('repository', [saving])
    expect(series.map(({ label }) => label)).toEqual([
      ...[8, 7, 6, 5, 4, 3].map((nth) => `team/${nth}`),
      'others',
    ])
    expect(Object.values(bytesOf(saving)).reduce((sum, bytes) => sum + bytes, 0)).toBe(47)
    expect(bytesOf(saving)['(others)']).toBe(47 - 39)
  })
})

describe('what was stored', () => {
  const parts = { ...noStoredParts, oneImage: 70, shared: 20, reclaimable: 10 }
  const noted = { bytesFreed: 8, stored: { parts, free: 900 } }

  it('is known before and after each run', () => {
    const points = storedPoints([run(at(11, 2), noted)], november, undefined)
    expect(points.map(({ total, free }) => [total, free])).toEqual([
      [100, 900],
      [92, 908],
    ])
    expect(points[1]?.parts).toEqual({ ...parts, reclaimable: 2 })
  })

  it('goes on to now, where the range does', () => {
    const now = (ms: number) => ({
      asOf: iso(ms),
      isCurrent: true,
      parts,
      stored: 100,
      imageBytes: 100,
      free: 5,
    })
    const last = (ms: number) => storedPoints([run(at(11, 2))], november, now(ms)).at(-1)
    expect(last(at(11, 20))).toMatchObject({ atMs: at(11, 20), total: 100, free: 5 })
    // Answered a little after the runs were.
    expect(last(at(12, 1) + 1000)).toMatchObject({ atMs: at(12, 1), total: 100 })
    expect(last(at(12, 9))?.atMs).toBeLessThan(at(11, 3))
  })

  it('of a version that told less apart ends where the next begins, at the same height', () => {
    const old = run(at(11, 2), { storedBytes: 90, reclaimableBytes: 30, bytesFreed: 30 })
    const points = storedPoints([old, run(at(11, 5), noted)], november, undefined)
    const [first = [], second = []] = segmentsOf(points)
    expect(first.map(({ parts: those }) => those)).toEqual([null, null, null])
    expect(first.at(-1)).toMatchObject({ atMs: second[0]?.atMs, total: second[0]?.total })
    expect(storedSeries(points).map(({ label }) => label)).toEqual([
      'in use, not told apart',
      'used by one image',
      'shared by several',
      'reclaimable',
    ])
  })

  it('has a trend where enough is known', () => {
    const weekly = (count: number) =>
      storedPoints(
        Array.from({ length: count }, (_, nth) =>
          run(at(11, 1) + nth * 7 * dayMs, {
            bytesFreed: 0,
            stored: { parts: { ...noStoredParts, oneImage: 1000 + 70 * nth }, free: 700 },
          }),
        ),
        { fromMs: at(11, 1), toMs: at(12, 30) },
        undefined,
      )
    const points = weekly(5)
    expect((trendOf(points)?.bytesPerMs ?? 0) * dayMs).toBeCloseTo(10)
    expect(trendWords(trendOf(points), points.at(-1))).toBe(
      'About 70 B more each week; full in about 2 months.',
    )
    expect(trendOf(weekly(3))).toBeNull()
    expect(trendWords(null, undefined)).toBe('Too few runs to tell a trend.')
    expect(storedHeadline(points, read('range=all'))).toBe(
      '1.28 kB stored, 28\u00A0% more than after the first run',
    )
  })
})

describe('the words', () => {
  const period = november
  it.each([
    [
      4_210_000,
      '30d',
      { bytes: 3_760_000, runCount: 9 },
      '4.21 MB in 30 days, 12\u00A0% more than the 30 before',
    ],
    [1000, '7d', { bytes: 2000, runCount: 1 }, '1 kB in 7 days, 50\u00A0% less than the 7 before'],
    [1000, '1y', { bytes: 1000, runCount: 1 }, '1 kB in a year, as much as in the year before'],
    [9000, '90d', { bytes: 1000, runCount: 1 }, '9 kB in 90 days, 9.0 times the 90 before'],
    [9000, '90d', { bytes: 0, runCount: 1 }, '9 kB in 90 days, none in the 90 before'],
    [0, '90d', { bytes: 0, runCount: 1 }, '0 B in 90 days'],
    [9000, '90d', { bytes: 0, runCount: 0 }, '9 kB in 90 days'],
    [9000, '90d', null, '9 kB in 90 days'],
  ])('of %d bytes in %s', (bytes, id, before, words) => {
    expect(freedHeadline(bytes, read(`range=${id}`), period, before)).toBe(words)
  })

  it('count what went wrong', () => {
    const data = {
      savings: [run(at(11, 2), { status: 'canceled' }), run(at(11, 3))],
      failedRuns: [failed(at(11, 4))],
    }
    expect(runWords(barsOf(data, november, none).bars)).toBe('3 runs, 1 failed, 1 stopped')
  })

  it('compare with the same time before', () => {
    const nowMs = at(11, 30)
    const data = { savings: [run(nowMs - 3 * dayMs), run(nowMs - 9 * dayMs)], failedRuns: [] }
    expect(figuresOf(data, read('range=7d'), 'cause', nowMs, undefined)).toMatchObject({
      bars: { bytesFreed: 100 },
      before: { bytes: 100, runCount: 1 },
    })
    expect(figuresOf(data, read('range=all'), 'cause', nowMs, undefined).before).toBeNull()
  })
})

describe('the axes', () => {
  it.each([
    [0, ['0 B', '1 B']],
    [3, ['0 B', '1 B', '2 B', '3 B']],
    [999, ['0 B', '200 B', '400 B', '600 B', '800 B', '1000 B']],
    [1_280_000, ['0 MB', '0.5 MB', '1 MB', '1.5 MB']],
    [16_000_000_000, ['0 GB', '5 GB', '10 GB', '15 GB', '20 GB']],
  ])('up to %d bytes have round ticks in one unit', (maximum, labels) => {
    expect(byteTicks(maximum).map(({ label }) => label)).toEqual(labels)
  })

  it('have round days, months or hours, within the period', () => {
    const labels = (fromMs: number, toMs: number) => {
      const ticks = timeTicks({ fromMs, toMs }, 900)
      for (const { value } of ticks) {
        expect(value).toBeGreaterThanOrEqual(fromMs)
        expect(value).toBeLessThanOrEqual(toMs)
      }
      return ticks.map(({ label }) => label)
    }
    expect(labels(at(11, 1, 0), at(11, 8, 0))).toContain('3 Nov')
    expect(labels(at(1, 1, 0), at(11, 1, 0))).toEqual(expect.arrayContaining(['Jan 2026', 'Apr']))
    expect(labels(at(11, 1, 0), at(11, 2, 0))).toEqual(expect.arrayContaining(['1 Nov', '06:00']))
  })
})
