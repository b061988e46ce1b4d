import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { Digest } from '#domain/values/digest.ts'
import {
  image,
  index,
  link,
  passHours,
  softDelete,
  store,
  storeBlob,
  tag,
  unlink,
} from '#testing/gc/model-images.ts'
import { createModelRegistry, digestNamed, type ModelRegistry } from '#testing/gc/model-registry.ts'
import { lookAtStore, type Look } from './look.ts'
import type { CollectionPlan } from './plan/plan.ts'
import type { GarbagePolicy } from './mark/analyze.ts'
import { runCollection } from './run.ts'

const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']
const blobs = ['u', 'v', 'w', 'x', 'y', 'z']
const name = fc.constantFrom(...names)
const repository = fc.constantFrom('one', 'other')

/** One thing that happens to a registry. What it needs may be missing. */
type Act = (registry: ModelRegistry) => void

const content: fc.Arbitrary<Act> = fc.oneof(
  // Manifests are named as layers too, and manifests as blobs.
  fc
    .record({
      name,
      parts: fc.array(fc.constantFrom(...blobs, ...names), { minLength: 1, maxLength: 4 }),
      subject: fc.option(name, { nil: undefined, freq: 4 }),
    })
    .map(
      (made): Act =>
        (at) =>
          store(at, { [made.name]: image(made.parts, made.subject) }),
    ),
  // None lists itself: its digest would have to be known first.
  fc
    .record({
      name: fc.constantFrom('E', 'F', 'G', 'H'),
      parts: fc.array(fc.constantFrom('A', 'B', 'C', 'D'), { minLength: 1, maxLength: 3 }),
    })
    .map(
      (made): Act =>
        (at) =>
          store(at, { [made.name]: index(made.parts) }),
    ),
)

const happening: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: content },
  fc.record({ repository, name, tag: fc.constantFrom('1', '2', 'latest') }).map(
    (to): Act =>
      (at) =>
        tag(at, `${to.repository}:${to.tag}`, to.name),
  ),
  fc.record({ repository, name }).map(
    (to): Act =>
      (at) =>
        link(at, to.repository, digestNamed(to.name)),
  ),
  fc.record({ repository, name }).map(
    (of): Act =>
      (at) =>
        unlink(at, of.repository, digestNamed(of.name)),
  ),
  fc.record({ repository, name, heldForMs: fc.constantFrom(0, 36 * 3_600_000) }).map(
    ({ heldForMs, ...of }): Act =>
      (at) =>
        softDelete(at, of.repository, [of.name], { heldForMs }),
  ),
  name.map(
    (lost): Act =>
      (at) =>
        at.blobs.delete(digestNamed(lost)),
  ),
  name.map(
    (hurt): Act =>
      (at) =>
        storeBlob(at, hurt, 'no JSON'),
  ),
  fc.constantFrom(...blobs).map(
    (layer): Act =>
      (at) =>
        storeBlob(at, layer),
  ),
  fc.integer({ min: 1, max: 40 }).map(
    (hours): Act =>
      (at) =>
        passHours(at, hours),
  ),
  fc.record({ repository, hidesContent: fc.boolean() }).map(
    (fault): Act =>
      (at) =>
        at.repository(fault.repository).faults.push({ ...fault, reason: 'a strange file' }),
  ),
)

const policies: fc.Arbitrary<GarbagePolicy> = fc.record({
  collectUntagged: fc.boolean(),
  untaggedMinimumAgeHours: fc.constantFrom(1, 10, 30, 80),
})

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
