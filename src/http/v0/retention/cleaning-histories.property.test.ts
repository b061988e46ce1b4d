import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleaningHistory } from '#testing/histories/cleaning-acts.ts'
import { cleaningHappens } from '#testing/histories/cleaning-history.ts'
import { historyRuns } from '#testing/histories/history-runs.ts'

test('whatever people, clients and clocks do, rules take what they may, and nothing else', async () => {
  const counts = { removed: 0, keptRunning: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(cleaningHistory, (acts) => cleaningHappens(acts, counts)),
    { numRuns: historyRuns(300) },
  )
  // The histories are about something.
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(0)
}, 300_000)
