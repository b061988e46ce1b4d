import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sumOfParts } from '#domain/collection/stored-parts.ts'
import type { Digest } from '#domain/values/digest.ts'
import { unpackDigests } from '#domain/values/packed-digests.ts'
import { lookAtStore, type Look } from '#gc/look.ts'
import type { GarbagePolicy } from '#gc/mark/analyze.ts'
import type { RegistryReader } from '#gc/ports/registry-reader.ts'
import { openTestRegistry } from '#testing/builders/test-registry.ts'
import { happen, type WatchedStep } from '#testing/histories/histories.ts'
import { historyOf } from '#testing/histories/history-acts.ts'
import { historyRuns } from '#testing/histories/history-runs.ts'
import { memoryHost } from '#testing/histories/memory-host.ts'
import { createKeptLook } from './kept-look.ts'

const numRuns = historyRuns(300)
const pause = (): Promise<void> => Promise.resolve()

const policies: readonly GarbagePolicy[] = [
  { collectUntagged: false, untaggedMinimumAgeHours: 1 },
  { collectUntagged: true, untaggedMinimumAgeHours: 24 },
]

async function answersOf(look: Look, digests: Iterable<Digest>) {
  const answers = []
  for (const policy of policies) {
    const plan = await look.plan(policy)
    answers.push({ ...plan, items: plan.items.toArray(), length: plan.items.length })
    answers.push(await look.stored(policy))
    for (const digest of digests) answers.push([digest, await look.explain(digest, policy)])
  }
  return answers
}

/** The lengths of all blobs and uploads, by the files themselves. */
function storedBytesOf(host: ReturnType<typeof memoryHost>): number {
  let sum = 0
  for (const [path, { bytes }] of host.storage.files()) {
    if (/\/(?:blobs|_uploads)\/.*\/data$/.test(path)) sum += bytes.length
  }
  return sum
}

it(
  'a look that follows the changes of a history answers like a new one',
  { timeout: 1000 * numRuns },
  async () => {
    /** How many repositories needed not be read again. */
    let reused = 0
    await fc.assert(
      fc.asyncProperty(historyOf(24), fc.nat(), async (steps, seed) => {
        const host = memoryHost()
        const { clock } = host
        const digests = new Set<Digest>()
        // Lists in the same order each time: of equal answers, the first in that order is told.
        const { reader } = openTestRegistry(host)
        const counting: RegistryReader = {
          ...reader,
          repositories: (known) =>
            reader.repositories((name) => {
              const contents = known?.(name) ?? null
              if (contents !== null) reused += 1
              return contents
            }),
        }
        await happen(host, steps, seed, {
          restoreAll: false,
          watch(registry) {
            const kept = createKeptLook({
              clock,
              lookAtStore: () => lookAtStore({ reader: counting, clock, pause }),
              isCollecting: () => false,
            })
            registry.onChange(({ repository }) => kept.registryChanged(repository))
            return async ({ act, isPastRegistry }: WatchedStep) => {
              if (isPastRegistry || act.kind === 'collect') kept.registryChanged()
              // As the push gate tells of layers that no manifest names yet.
              else if ('repository' in act) kept.registryChanged(act.repository)
              for await (const batch of reader.blobs()) {
                for (const digest of unpackDigests(batch)) digests.add(digest)
              }
              const look = await kept.current()
              // It answers as of the moment when it began.
              const asOf = { nowMs: () => look.startedAtMs }
              const fresh = await lookAtStore({ reader, clock: asOf, pause })
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
    expect(reused).toBeGreaterThan(numRuns)
  },
)
