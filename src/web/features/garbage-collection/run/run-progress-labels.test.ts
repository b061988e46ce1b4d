import { describe, expect, it } from 'vitest'
import { announcement, bannerFacts, percentOf, progressFacts } from './run-progress-labels.ts'
import { sampleProgress } from '../testing/samples.ts'

describe('percentOf', () => {
  it.each([
    [0, 214, 0],
    [135, 214, 63],
    [213, 214, 99],
    [214, 214, 100],
    [300, 214, 100],
    [7, 0, null],
  ])('%i of %i is %s', (done, total, percent) => {
    expect(percentOf(sampleProgress({ done, total }))).toBe(percent)
  })
})

describe('progressFacts', () => {
  it('lists everything known about a sweep', () => {
    expect(progressFacts(sampleProgress())).toEqual([
      '135 of 214 items',
      '1.16 GB freed',
      '31 MB/s',
      'about 15 s left',
      'team/app',
    ])
  })

  it('omits what is unknown', () => {
    const progress = sampleProgress({
      phase: 'marking',
      done: 12,
      total: 0,
      bytesFreed: 0,
      remainingMs: null,
      repository: null,
    })
    expect(progressFacts(progress)).toEqual(['12 manifests'])
  })

  it('uses the plural for several pushes', () => {
    const progress = sampleProgress({ phase: 'waiting for pushes', done: 1, total: 2 })
    expect(progressFacts(progress)[0]).toBe('1 of 2 pushes')
  })
})

it('tells the banner how far a run is', () => {
  expect(bannerFacts(sampleProgress())).toBe('sweeping, 63 % · 1.16 GB freed · about 15 s left')
  expect(bannerFacts(null)).toBe('starting')
})

const saying = (done: number) => announcement(sampleProgress({ done, total: 1000 }), false)

describe('announcement', () => {
  it('changes at each quarter and not between', () => {
    const said = new Set(Array.from({ length: 1001 }, (_, done) => saying(done)))
    expect([...said]).toEqual([
      'Garbage collection: sweeping what is not.',
      'Garbage collection: sweeping what is not, 25 percent.',
      'Garbage collection: sweeping what is not, 50 percent.',
      'Garbage collection: sweeping what is not, 75 percent.',
      'Garbage collection: sweeping what is not, 100 percent.',
    ])
  })

  it('says that a run stops, at any progress', () => {
    expect(announcement(sampleProgress(), true)).toBe('Garbage collection is stopping.')
  })
})
