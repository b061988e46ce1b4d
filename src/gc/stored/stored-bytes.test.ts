import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noRepository } from '#domain/collection/collection-result.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import {
  noStoredParts,
  sumOfParts,
  type StoredBytes,
  type StoredParts,
} from '#domain/collection/stored-parts.ts'
import { collect } from '#testing/gc/model-collection.ts'
import { image, index, link, sizeOf, softDelete, store, tag } from '#testing/gc/model-images.ts'
import { createModelRegistry, digestNamed, type ModelRegistry } from '#testing/gc/model-registry.ts'
import { happening, policies } from '#testing/gc/random-acts.ts'
import type { GarbagePolicy } from '../mark/analyze.ts'
import { lookAtStore } from '../look.ts'

const dayMs = 24 * 3_600_000
const keepUntagged: GarbagePolicy = { collectUntagged: false, untaggedMinimumAgeHours: 24 }
const lookAt = (registry: ModelRegistry) =>
  lookAtStore({
    reader: registry.reader,
    clock: { nowMs: () => registry.nowMs },
    pause: () => Promise.resolve(),
  })
const measure = async (registry: ModelRegistry): Promise<StoredBytes> =>
  (await lookAt(registry)).stored(keepUntagged)

/** `parts({ oneImage: 'Aux' })`: as many bytes as these blobs have. */
const parts = (letters: Partial<Record<keyof StoredParts, string>>): StoredParts => ({
  ...noStoredParts,
  ...Object.fromEntries(Object.entries(letters).map(([part, of]) => [part, sizeOf(of)])),
})

const upload = (registry: ModelRegistry, repository: string, id: string, ageDays: number): void =>
  void registry.repository(repository).uploads.set(id, {
    id,
    lastWrittenAtMs: registry.nowMs - ageDays * dayMs,
    sizeBytes: sizeOf(id),
  })

/** All that lies there, blob by blob and upload by upload. */
const allBytes = ({ blobs, repositories }: ModelRegistry): number => {
  const uploads = [...repositories.values()].flatMap(({ uploads: those }) => [...those.values()])
  return [...blobs.values(), ...uploads].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

describe('what stored bytes are there for', () => {
  it('is one image, or several that share them', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u', 'x']), B: image(['v', 'x']) })
    tag(registry, 'one:1', 'A')
    tag(registry, 'one:alias', 'A')
    tag(registry, 'one:2', 'B')
    const found = await measure(registry)
    expect(found.registry).toEqual(parts({ oneImage: 'AuBv', shared: 'x' }))
    expect(found.byRepository.get('one')).toEqual(found.registry)
    expect(found.imageBytes).toBe(sizeOf('AuxBvx'))
  })

  it('is shared for each of two repositories with the same image', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u', 'x']), B: image(['v', 'x']) })
    tag(registry, 'one:1', 'A')
    tag(registry, 'other:1', 'A')
    tag(registry, 'other:2', 'B')
    const found = await measure(registry)
    expect(found.registry).toEqual(parts({ oneImage: 'Bv', shared: 'Aux' }))
    expect(found.byRepository.get('one')).toEqual(parts({ shared: 'Aux' }))
    expect(found.byRepository.get('other')).toEqual(found.registry)
  })

  it('is an index with its platforms and what is attached, as one image', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u']), B: image(['v']), I: index(['A', 'B']) })
    store(registry, { S: image(['s'], 'I') })
    tag(registry, 'one:1', 'I')
    link(registry, 'one', digestNamed('S'))
    tag(registry, `one:${digestNamed('A').replace(':', '-')}.sig`, 'S')
    expect((await measure(registry)).registry).toEqual(parts({ oneImage: 'IAuBvSs' }))
  })

  it('is shared where a platform of an index has a tag of its own', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u']), B: image(['v']), I: index(['A', 'B']) })
    tag(registry, 'one:all', 'I')
    tag(registry, 'one:amd64', 'A')
    expect((await measure(registry)).registry).toEqual(parts({ oneImage: 'IBv', shared: 'Au' }))
  })

  it('is an image by itself that is attached to another and has a tag', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u']), S: image(['s'], 'A') })
    tag(registry, 'one:1', 'A')
    tag(registry, 'one:signature', 'S')
    expect((await measure(registry)).registry).toEqual(parts({ oneImage: 'AuSs' }))
  })

  it('is an untagged image, and what a tagged one shares with it is shared', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u', 'x']), B: image(['v', 'x']) })
    tag(registry, 'one:1', 'A')
    link(registry, 'one', digestNamed('B'))
    expect((await measure(registry)).registry).toEqual(
      parts({ oneImage: 'Au', shared: 'x', untagged: 'Bv' }),
    )
  })

  it('is the trash while that can be restored, and reclaimable from then on', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u', 'x']), B: image(['v', 'x']) })
    tag(registry, 'one:1', 'A')
    tag(registry, 'one:2', 'B')
    softDelete(registry, 'one', ['B'], { heldForMs: dayMs })
    const held = await measure(registry)
    expect(held.registry).toEqual(parts({ oneImage: 'Aux', trash: 'Bv' }))
    registry.nowMs += dayMs
    const later = await measure(registry)
    expect(later.registry).toEqual(parts({ oneImage: 'Aux', reclaimable: 'Bv' }))
    expect(later.byRepository.get('one')).toEqual(later.registry)
  })

  it("is shared in a repository whose trash holds another repository's image", async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u']) })
    tag(registry, 'one:1', 'A')
    tag(registry, 'other:1', 'A')
    softDelete(registry, 'other', ['A'], { heldForMs: dayMs })
    const found = await measure(registry)
    expect(found.byRepository.get('one')).toEqual(parts({ oneImage: 'Au' }))
    expect(found.byRepository.get('other')).toEqual(parts({ shared: 'Au' }))
  })

  it('is in doubt for uploads that go on, and where something cannot be read', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u']), B: image(['v']) })
    tag(registry, 'one:1', 'A')
    upload(registry, 'one', 'now', 1)
    upload(registry, 'one', 'long ago', 8)
    expect((await measure(registry)).registry).toEqual(
      parts({ oneImage: 'Au', inDoubt: 'now', reclaimable: 'Bvlong ago' }),
    )
    link(registry, 'one', digestNamed('B'))
    registry.repository('one').revisions.delete(digestNamed('B'))
    registry
      .repository('one')
      .faults.push({ repository: 'one', reason: 'a strange file', hidesContent: true })
    const found = await measure(registry)
    expect(found.registry).toEqual(
      parts({ oneImage: 'Au', inDoubt: 'vBnow', reclaimable: 'long ago' }),
    )
    expect(found.byRepository.get('one')).toEqual(
      parts({ oneImage: 'Au', inDoubt: 'vnow', reclaimable: 'long ago' }),
    )
  })

  it('is as long as storage says, not as manifests say', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['u']) })
    tag(registry, 'one:1', 'A')
    registry.blobs.set(digestNamed('u'), { sizeBytes: 7, modifiedAtMs: 0 })
    expect((await measure(registry)).registry.oneImage).toBe(sizeOf('A') + 7)
  })

  it('adds up to all that is stored, whatever has happened, and agrees with the plan', async () => {
    const uploads = fc.array(
      fc.record({
        repository: fc.constantFrom('one', 'other'),
        id: fc.constantFrom('a', 'bb', 'ccc'),
        ageDays: fc.integer({ min: 0, max: 10 }),
      }),
      { maxLength: 4 },
    )
    const seen = { ...noStoredParts } as Record<keyof StoredParts, number>
    const runs = { all: 0, exact: 0 }
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 5, maxLength: 40 }),
        uploads,
        policies,
        async (happenings, uploading, policy) => {
          const registry = createModelRegistry()
          for (const act of happenings) act(registry)
          for (const each of uploading) upload(registry, each.repository, each.id, each.ageDays)
          const look = await lookAt(registry)
          const found = await look.stored(policy)
          const { totals, byRepository } = await look.plan(policy)
          expect(sumOfParts(found.registry)).toBe(allBytes(registry))
          expect(found.registry.reclaimable).toBe(totals.bytes)
          const ofAll = { ...noStoredParts } as Record<keyof StoredParts, number>
          for (const [name, of] of found.byRepository) {
            for (const part of Object.keys(ofAll) as (keyof StoredParts)[]) {
              expect(of[part]).toBeGreaterThanOrEqual(0)
              ofAll[part] += of[part]
            }
            expect(of.reclaimable).toBe(byRepository[name]?.bytes ?? 0)
          }
          // One image is in one repository, and garbage is said once.
          expect(ofAll.oneImage).toBe(found.registry.oneImage)
          expect(ofAll.reclaimable + (byRepository[noRepository]?.bytes ?? 0)).toBe(totals.bytes)
          for (const part of ['shared', 'untagged', 'trash'] as const) {
            expect(ofAll[part]).toBeGreaterThanOrEqual(found.registry[part])
          }
          for (const part of Object.keys(seen) as (keyof StoredParts)[]) {
            seen[part] += found.registry[part]
          }
          // A collection at the same moment notes the same, by the sizes that it knows anyway: none
          // of a manifest that cannot be read. It begins a second later.
          registry.nowMs -= 1000
          const { result } = await collect(registry, {
            policy: { ...defaultCollectionPolicy, ...policy },
          })
          const noted = result.storedParts ?? noStoredParts
          for (const part of Object.keys(seen) as (keyof StoredParts)[]) {
            expect(noted[part]).toBeLessThanOrEqual(found.registry[part])
          }
          expect(noted.reclaimable).toBe(found.registry.reclaimable)
          runs.all += 1
          if (sumOfParts(noted) === sumOfParts(found.registry)) runs.exact += 1
        },
      ),
      { numRuns: 300 },
    )
    for (const bytes of Object.values(seen)) expect(bytes).toBeGreaterThan(0)
    expect(runs.exact).toBeGreaterThan(runs.all / 2)
  })
})
