import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { expectSameAnswers, followingGraphs } from '#testing/histories/graph-answers.ts'
import { happen } from '#testing/histories/histories.ts'
import { historyStep } from '#testing/histories/history-acts.ts'
import { historyRuns } from '#testing/histories/history-runs.ts'

const numRuns = historyRuns(300)

function memoryHost() {
  let nowMs = Date.UTC(2026, 0, 1)
  const clock = { nowMs: () => nowMs }
  return {
    storage: createMemoryFileTree({ clock }),
    clock,
    advance: (ms: number) => void (nowMs += ms),
  }
}

it(
  'a graph that followed a history answers like one that was read after it',
  { timeout: 1000 * numRuns },
  async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(historyStep, { minLength: 1, maxLength: 24, size: 'max' }),
        fc.nat(),
        (steps, seed) =>
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
