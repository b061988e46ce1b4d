import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deleteAndRestore, happen, type HistoryHost } from '#testing/histories/histories.ts'
import { historyOf } from '#testing/histories/history-acts.ts'
import { historyRuns } from '#testing/histories/history-runs.ts'
import { memoryHost } from '#testing/histories/memory-host.ts'
import { regressions, regressionsAtEachMoment } from '#testing/histories/history-regressions.ts'

const numRuns = historyRuns(600)

/** Histories as on a server: a collection keeps what it read of manifests for the next one. */
const rememberingHost = (): HistoryHost => ({
  ...memoryHost(),
  manifestCache: { writerVersion: 'histories', persist: true },
})

const history = historyOf(24)

describe('a history that once lost something, in memory', () => {
  it.each(Object.entries({ ...regressions, ...regressionsAtEachMoment }))(
    '%s',
    async (_, steps) => {
      for (const seed of [0, 1]) await happen(memoryHost(), steps, seed)
      await happen(rememberingHost(), steps, 0)
    },
  )
})

describe('any history, in memory', () => {
  it(
    'never loses what can be pulled or restored, and frees all that nobody needs',
    { timeout: 1000 * numRuns },
    () =>
      fc.assert(
        fc.asyncProperty(history, fc.nat(), (steps, seed) => happen(memoryHost(), steps, seed)),
        { numRuns },
      ),
  )

  it('loses nothing either where manifests are remembered', { timeout: 1000 * numRuns }, () =>
    fc.assert(
      fc.asyncProperty(history, fc.nat(), (steps, seed) => happen(rememberingHost(), steps, seed)),
      { numRuns: Math.ceil(numRuns / 3) },
    ),
  )

  it(
    'comes back byte for byte when what was deleted is restored',
    { timeout: 1000 * numRuns },
    async () => {
      let restored = 0
      await fc.assert(
        fc.asyncProperty(history, fc.nat(), async (steps, seed) => {
          const host = memoryHost()
          await happen(host, steps, seed, { restoreAll: false })
          restored += await deleteAndRestore(host)
        }),
        { numRuns: Math.ceil(numRuns / 3) },
      )
      expect(restored).toBeGreaterThan(0)
    },
  )
})
