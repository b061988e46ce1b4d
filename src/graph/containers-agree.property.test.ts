import fc from 'fast-check'
import { expect, it } from 'vitest'
import { expectSameAnswers, followingGraphs } from '#testing/histories/graph-answers.ts'
import { happen } from '#testing/histories/histories.ts'
import { historyOf } from '#testing/histories/history-acts.ts'
import { historyRuns } from '#testing/histories/history-runs.ts'
import { memoryHost } from '#testing/histories/memory-host.ts'

const numRuns = historyRuns(300)

it(
  'a graph that followed a history answers like one that was read after it',
  { timeout: 1000 * numRuns },
  async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(historyOf(24), fc.nat(), (steps, seed) =>
        happen(memoryHost(), steps, seed, {
          restoreAll: false,
          watch(registry) {
            const graphs = followingGraphs(registry)
            return async () => {
              compared += await expectSameAnswers(registry, graphs)
            }
          },
        }),
      ),
      { numRuns },
    )
    expect(compared).toBeGreaterThan(numRuns)
  },
)
