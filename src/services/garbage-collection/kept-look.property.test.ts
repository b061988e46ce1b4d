import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sumOfParts } from '#domain/collection/stored-parts.ts'
import type { Digest } from '#domain/values/digest.ts'
import { unpackDigests } from '#domain/values/packed-digests.ts'
import { lookAtStore, type Look } from '#gc/look.ts'
import type { GarbagePolicy } from '#gc/mark/analyze.ts'
import { openTestRegistry } from '#testing/builders/test-registry.ts'
import { happen } from '#testing/histories/histories.ts'
import { historyOf } from '#testing/histories/history-acts.ts'
import { historyRuns } from '#testing/histories/history-runs.ts'
import { memoryHost } from '#testing/histories/memory-host.ts'
import { createKeptLook, type KeptLook } from './kept-look.ts'
import type { Written } from '#storage/wrappers/watched-writes.ts'

const numRuns = historyRuns(300)
const pause = (): Promise<void> => Promise.resolve()

const policies: readonly GarbagePolicy[] = [
  { collectUntagged: false, untaggedMinimumAgeHours: 1 },
  { collectUntagged: true, untaggedMinimumAgeHours: 0 },
  { collectUntagged: true, untaggedMinimumAgeHours: 24 },
]

/** In no particular order: that of a plan is the order in which its parts were listed. */
const sorted = (values: Iterable<unknown>): readonly string[] =>
  Array.from(values, (value) => JSON.stringify(value)).toSorted()

async function answersOf(look: Look, digests: Iterable<Digest>) {
  const answers = []
  for (const policy of policies) {
    const { items, faults, ...plan } = await look.plan(policy)
    answers.push({ ...plan, items: sorted(items.toArray()), faults: sorted(faults) })
    answers.push(await look.stored(policy))
    for (const digest of digests) answers.push([digest, await look.explain(digest, policy)])
  }
  return answers
}

/** The lengths of all blobs and uploads, by the files themselves. */
function storedBytesOf(host: ReturnType<typeof memoryHost>): number {
  let sum = 0
  for (const [path, { bytes }] of host.storage.files()) {
    if (/\/(?:blobs|_uploads)\/.*\/data$/.test(path)) sum += bytes.byteLength
  }
  return sum
}

it(
  'a look that follows what was written answers like a new one',
  { timeout: 3000 * numRuns },
  async () => {
    let [questions, looks] = [0, 0]
    await fc.assert(
      fc.asyncProperty(historyOf(24), fc.nat(), async (steps, seed) => {
        let kept: KeptLook | null = null
        const written: Written = (keys, hasFailed) => kept?.written(keys, hasFailed)
        const host = { ...memoryHost(), written }
        const { clock } = host
        const digests = new Set<Digest>()
        // Lists in the same order each time: of equal answers, the first in that order is told.
        const { reader, openLaterReads } = openTestRegistry({ ...host, written: undefined })
        const options = { reader, openLaterReads, clock, pause }
        const begin = (): KeptLook =>
          createKeptLook({
            clock,
            lookAtStore() {
              looks += 1
              return lookAtStore(options)
            },
          })
        await happen(host, steps, seed, {
          restoreAll: false,
          watch: () => {
            kept = begin()
            return async ({ isUntold }) => {
              // What others wrote is found out by looking again.
              if (kept === null || isUntold) kept = begin()
              for await (const batch of reader.blobs()) {
                for (const digest of unpackDigests(batch)) digests.add(digest)
              }
              questions += 1
              const { look } = await kept.now()
              // It tells what has expired by the moment when it began.
              const asOf = { nowMs: () => look.startedAtMs }
              const fresh = await lookAtStore({ ...options, clock: asOf })
              for (const policy of policies) {
                const { registry: parts } = await look.stored(policy)
                expect(sumOfParts(parts)).toBe(storedBytesOf(host))
              }
              expect(await answersOf(look, digests)).toEqual(await answersOf(fresh, digests))
            }
          },
        })
      }),
      { numRuns },
    )
    expect(looks).toBeLessThan(questions / 2)
  },
)
