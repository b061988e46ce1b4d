import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pushModes } from '#domain/policy/collection-policy.ts'
import { concurrentAct, earlierPush } from '#testing/histories/concurrent-acts.ts'
import { actsOf, happenAtOnce } from '#testing/histories/concurrent-histories.ts'
import { historyRuns } from '#testing/histories/history-runs.ts'

const numRuns = historyRuns(200)

const history = (mode: (typeof pushModes)[number]) =>
  fc.record({
    before: fc.array(earlierPush, { minLength: 1, maxLength: 4 }),
    clients: fc.array(
      fc.record({
        startsAfter: fc.nat(180),
        acts: fc.array(concurrentAct, { minLength: 1, maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    mode: fc.constant(mode),
    untaggedHours: fc.constantFrom(null, 0, 24),
    startsAfter: fc.nat(40),
    killedBefore: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 3 }),
    stampsLagMs: fc.constantFrom(0, 3_600_000),
    order: fc.record({ seed: fc.nat(), burst: fc.constantFrom(0, 50, 90, 98) }),
  })

describe.each(pushModes)('whatever happens at once during a collection in mode %s', (mode) => {
  it('costs no image, and no push that may go on', { timeout: 1000 * numRuns }, async () => {
    let pushed = 0
    await fc.assert(
      fc.asyncProperty(history(mode), async (story) => {
        const outcomes = await happenAtOnce(story)
        pushed += outcomes.filter(({ end }) => end === 'pushed').length
        if (story.killedBefore !== null || mode === 'reject-pushes') return
        const deletes = actsOf(story.clients).some(({ kind }) => kind === 'delete')
        const failed = outcomes.filter(({ act, end }) => {
          if (end === 'pushed' || (end === 'refused' && mode === 'hold-pushes')) return false
          // Another client may delete a platform that a push relies on.
          return !(deletes && act.kind === 'index')
        })
        expect(failed).toEqual([])
      }),
      { numRuns },
    )
    expect(pushed).toBeGreaterThan(0)
  })
})
