import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { Digest } from '#domain/values/digest.ts'
import { image, link, passHours, store, tag } from '#testing/gc/model-images.ts'
import { createModelRegistry, digestNamed, type ModelRegistry } from '#testing/gc/model-registry.ts'
import { blobs, happening, names, policies } from '#testing/gc/random-acts.ts'
import { lookAtStore, type Look } from './look.ts'
import type { CollectionPlan } from './plan/plan.ts'
import type { GarbagePolicy } from './mark/analyze.ts'
import { runCollection } from './run.ts'

const pause = (): Promise<void> => Promise.resolve()
const clockOf = (registry: ModelRegistry) => ({ nowMs: () => registry.nowMs })
const lookAt = (registry: ModelRegistry): Promise<Look> =>
  lookAtStore({ reader: registry.reader, clock: clockOf(registry), pause })

const valuesOf = (plan: CollectionPlan | null) =>
  plan && { ...plan, items: plan.items.toArray(), length: plan.items.length }

async function dryRun(registry: ModelRegistry, policy: GarbagePolicy) {
  const { reader, remover } = registry
  const { plan } = await runCollection({
    reader,
    remover,
    writers: null,
    clock: clockOf(registry),
    pause,
    policy: { ...defaultCollectionPolicy, ...policy },
    dryRun: true,
  })
  return valuesOf(plan)
}

describe('a look that is kept', () => {
  it('answers under any policy, in any order, like one that is new', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 5, maxLength: 40 }),
        fc.array(policies, { minLength: 2, maxLength: 5 }),
        async (happenings, asked) => {
          const registry = createModelRegistry()
          for (const act of happenings) act(registry)
          const kept = await lookAt(registry)
          for (const policy of asked) {
            expect(valuesOf(await kept.plan(policy))).toEqual(await dryRun(registry, policy))
            const fresh = await lookAt(registry)
            for (const each of [...names, ...blobs]) {
              const digest = digestNamed(each)
              expect(await kept.explain(digest, policy)).toEqual(
                await fresh.explain(digest, policy),
              )
            }
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  it('answers several questions at once', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u', 'x']), B: image(['v', 'x']) })
    link(registry, 'one', digestNamed('A'))
    tag(registry, 'one:1', 'B')
    passHours(registry, 20)
    const kept = await lookAt(registry)
    const asked = [10, 30, 10, 80].map((untaggedMinimumAgeHours) => ({
      collectUntagged: true,
      untaggedMinimumAgeHours,
    }))
    const [plans, explanations] = await Promise.all([
      Promise.all(asked.map((policy) => kept.plan(policy))),
      Promise.all(asked.map((policy) => kept.explain(digestNamed('u'), policy))),
    ])
    expect(plans.map(({ totals }) => totals.manifests)).toEqual([1, 0, 1, 0])
    expect(explanations.map(({ kind }) => kind)).toEqual(['garbage', 'kept', 'garbage', 'kept'])
  })

  it('reads no manifest again, and each size and age once', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u', 'x']), B: image(['v', 'x']) })
    for (const letter of ['A', 'B']) link(registry, 'one', digestNamed(letter))
    passHours(registry, 20)
    let [listings, statted, aged] = [0, 0, 0]
    const { reader } = registry
    const kept = await lookAtStore({
      reader: {
        ...reader,
        blobs() {
          listings += 1
          return reader.blobs()
        },
        stat(digests) {
          statted += digests.words.length / 8
          return reader.stat(digests)
        },
        linkedAtMs(from: string, digest: Digest) {
          aged += 1
          return reader.linkedAtMs(from, digest)
        },
      },
      clock: clockOf(registry),
      pause,
    })
    for (const untaggedMinimumAgeHours of [1, 2, 3, 30]) {
      await kept.plan({ collectUntagged: true, untaggedMinimumAgeHours })
    }
    expect({ listings, statted, aged }).toEqual({ listings: 1, statted: 5, aged: 2 })
    expect([...registry.reads.values()]).toEqual([1, 1])
  })
})
