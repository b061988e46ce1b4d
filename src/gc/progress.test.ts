import { describe, expect, it } from 'vitest'
import type { CollectionProgress } from '#domain/collection/collection-result.ts'
import { createProgressMeter } from './progress.ts'

function metered() {
  const time = { nowMs: 0 }
  const told: CollectionProgress[] = []
  const meter = createProgressMeter({ nowMs: () => time.nowMs }, (progress) => told.push(progress))
  return { meter, time, told }
}

describe('progress', () => {
  it('is told at each beginning of a phase, and a few times a second in between', () => {
    const { meter, time, told } = metered()
    meter.begin('marking', 0)
    meter.begin('sweeping', 1000)
    for (let item = 0; item < 1000; item += 1) {
      time.nowMs += 10
      meter.advance(100, 'team/app')
    }
    expect(told.slice(0, 2).map(({ phase, total }) => [phase, total])).toEqual([
      ['marking', 0],
      ['sweeping', 1000],
    ])
    expect(told.length).toBe(2 + 40)
    expect(told.at(-1)).toEqual({
      phase: 'sweeping',
      done: 1000,
      total: 1000,
      bytesFreed: 100_000,
      bytesPerSecond: 10_000,
      remainingMs: 0,
      repository: 'team/app',
    })
    expect(told[21]).toMatchObject({ done: 500, remainingMs: 5000 })
  })

  it('has no rate and no end while nothing tells', () => {
    const { meter, time, told } = metered()
    meter.begin('waiting for pushes', 0)
    time.nowMs += 300
    meter.at(0, 0, null)
    expect(told.at(-1)).toMatchObject({ bytesPerSecond: 0, remainingMs: null, repository: null })
  })

  it('keeps what was freed when the next phase begins, without a rate', () => {
    const { meter, time, told } = metered()
    meter.begin('sweeping', 1)
    time.nowMs += 1000
    meter.advance(500, null)
    meter.begin('verifying', 0)
    expect(told.at(-1)).toMatchObject({ bytesFreed: 500, bytesPerSecond: 0, done: 0 })
  })

  it('never goes back in time when the clock does', () => {
    const { meter, time, told } = metered()
    time.nowMs = 10_000
    meter.begin('sweeping', 10)
    time.nowMs += 1000
    meter.advance(100, null)
    time.nowMs -= 5000
    meter.begin('sweeping', 10)
    time.nowMs += 250
    meter.advance(100, null)
    for (const { remainingMs, bytesPerSecond } of told) {
      expect(remainingMs ?? 0).toBeGreaterThanOrEqual(0)
      expect(bytesPerSecond).toBeGreaterThanOrEqual(0)
    }
  })
})
