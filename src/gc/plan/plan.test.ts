import { collect } from '#testing/gc/model-collection.ts'
import {
  image,
  index,
  link,
  passHours,
  sizeOf,
  softDelete,
  storeBlob,
  tag,
  unlink,
  registryWith,
} from '#testing/gc/model-images.ts'
import {
  createModelRegistry,
  digestNamed,
  nameOf,
  type ModelRegistry,
} from '#testing/gc/model-registry.ts'
import { noRepository, removalSteps } from '#domain/collection/collection-result.ts'
import { describe, expect, it } from 'vitest'

/** The plan's items of one step, as letters. */
async function planned(
  registry: ModelRegistry,
  step: (typeof removalSteps)[number] = 'blob',
  options: Parameters<typeof collect>[1] = {},
): Promise<string> {
  const { plan } = await collect(registry, { dryRun: true, ...options })
  const items = plan?.items.toArray() ?? []
  expect(plan?.items.length).toBe(items.length)
  return items
    .filter((item) => item.step === step)
    .map(({ digest }) => (digest === null ? '-' : nameOf(digest)))
    .toSorted()
    .join('')
}

describe("a plan, in the scenarios of Distribution's own collector", () => {
  it('no deletion, no effect', async () => {
    const registry = registryWith({ A: image(['a', 'x']) })
    tag(registry, 'team/app:1', 'A')
    const { plan } = await collect(registry, { dryRun: true })
    expect(plan?.items.toArray()).toEqual([])
  })

  it('deletes a manifest that was unlinked, if nothing tags it', async () => {
    const registry = registryWith({ A: image(['a', 'x']), B: image(['b', 'x']) })
    tag(registry, 'team/app:1', 'A')
    link(registry, 'team/app', digestNamed('B'))
    unlink(registry, 'team/app', digestNamed('B'))
    expect(await planned(registry)).toBe('Bb')
  })

  it('keeps the untagged children of a tagged index', async () => {
    const registry = registryWith({ A: image(['a']), B: image(['b']), I: index(['A', 'B']) })
    tag(registry, 'team/app:1', 'I')
    passHours(registry, 48)
    expect(await planned(registry, 'blob', { untaggedAfterHours: 24 })).toBe('')
    expect(await planned(registry, 'revision', { untaggedAfterHours: 24 })).toBe('')
  })

  it('takes an untagged index with its children, and not those that another index lists', async () => {
    const registry = registryWith({
      A: image(['a']),
      B: image(['b']),
      I: index(['A', 'B']),
      J: index(['B']),
    })
    link(registry, 'team/app', digestNamed('I'))
    tag(registry, 'team/app:1', 'J')
    passHours(registry, 48)
    expect(await planned(registry, 'revision', { untaggedAfterHours: 24 })).toBe('AI')
    expect(await planned(registry, 'blob', { untaggedAfterHours: 24 })).toBe('AIa')
  })

  it('keeps the layers of a repository with a missing manifest, and frees the next one', async () => {
    const registry = registryWith({ A: image(['a', 'x']), B: image(['b', 'y']) })
    tag(registry, 'broken/app:1', 'A')
    tag(registry, 'team/app:1', 'B')
    registry.blobs.delete(digestNamed('A'))
    softDelete(registry, 'team/app', ['B'])
    const { plan } = await collect(registry, { dryRun: true })
    expect(await planned(registry)).toBe('Bby')
    expect(await planned(registry, 'layer-link')).toBe('by')
    expect(plan?.faults).toEqual([
      {
        repository: 'broken/app',
        reason: `the manifest ${digestNamed('A')} is missing`,
        hidesContent: false,
      },
    ])
  })

  it('keeps a layer shared across repositories, and drops the claim of the one that needs it no more', async () => {
    const registry = registryWith({ A: image(['a', 'x']), B: image(['b', 'x']) })
    tag(registry, 'team/app:1', 'A')
    tag(registry, 'other/app:1', 'B')
    softDelete(registry, 'team/app', ['A'])
    expect(await planned(registry)).toBe('Aa')
    expect(await planned(registry, 'layer-link')).toBe('ax')
  })

  it('deletes an orphaned blob', async () => {
    const registry = createModelRegistry()
    storeBlob(registry, 'o')
    const { plan } = await collect(registry, { dryRun: true })
    expect(plan?.items.toArray()).toMatchObject([
      { step: 'blob', cause: 'orphaned layer', repository: null, sizeBytes: sizeOf('o') },
    ])
    expect(plan?.byRepository).toEqual({ [noRepository]: { bytes: 111, layers: 1, manifests: 0 } })
  })

  it('drops a layer link to nothing', async () => {
    const registry = createModelRegistry()
    registry.repository('team/app').layers.set(digestNamed('n'), registry.nowMs)
    expect(await planned(registry, 'layer-link')).toBe('n')
    expect(await planned(registry)).toBe('')
  })

  it('keeps an artifact of a kept subject, and takes it with an old untagged subject', async () => {
    const registry = registryWith({ A: image(['a']), S: image(['s'], 'A') })
    tag(registry, 'team/app:1', 'A')
    link(registry, 'team/app', digestNamed('S'))
    passHours(registry, 48)
    expect(await planned(registry, 'revision', { untaggedAfterHours: 24 })).toBe('')
    registry.repository('team/app').tags.clear()
    expect(await planned(registry, 'revision', { untaggedAfterHours: 24 })).toBe('AS')
    expect(await planned(registry, 'revision', { untaggedAfterHours: 72 })).toBe('')
  })

  it('handles a repository with neither tags nor layers', async () => {
    const registry = registryWith({ I: index([]) })
    tag(registry, 'team/app:none', 'I')
    registry.repository('empty/app')
    expect(await planned(registry)).toBe('')
  })
})

describe('the causes of a plan', () => {
  it('tells apart why things go, and where from', async () => {
    const registry = registryWith({
      A: image(['a', 'x']),
      B: image(['b', 'x']),
      C: image(['c']),
      D: image(['d']),
      E: image(['e']),
      F: image(['f', 'y']),
    })
    tag(registry, 'one:1', 'A')
    tag(registry, 'two:1', 'B')
    tag(registry, 'three:1', 'C')
    tag(registry, 'three:1', 'F')
    link(registry, 'four', digestNamed('D'))
    link(registry, 'five', digestNamed('E'))
    unlink(registry, 'five', digestNamed('E'))
    storeBlob(registry, 'o')
    registry.repository('six').layers.set(digestNamed('o'), registry.nowMs)
    registry.repository('seven').uploads.set('u1', {
      id: 'u1',
      lastWrittenAtMs: registry.nowMs,
      sizeBytes: 7,
    })
    softDelete(registry, 'one', ['A'])
    softDelete(registry, 'two', ['B'], { heldForMs: 1 })
    passHours(registry, 8 * 24)
    const { plan } = await collect(registry, { dryRun: true, untaggedAfterHours: 24 })
    const weights = (plan?.items.toArray() ?? [])
      .filter(({ step }) => step === 'blob' || step === 'upload')
      .map(({ digest, name, cause, repository }) =>
        [digest === null ? name : nameOf(digest), cause, repository].join(', '),
      )
    expect(weights.toSorted()).toEqual([
      'A, deleted image, one',
      'B, expired trash, two',
      'C, replaced tag, three',
      'D, untagged image, four',
      'E, deleted image, five',
      'a, deleted image, one',
      'b, expired trash, two',
      'c, replaced tag, three',
      'd, untagged image, four',
      'e, deleted image, five',
      'o, orphaned layer, six',
      'u1, abandoned upload, seven',
      'x, deleted image, one',
    ])
    expect(plan?.byCause['abandoned upload']).toEqual({ bytes: 7, layers: 0, manifests: 0 })
    expect(plan?.byCause['expired trash']).toEqual({
      bytes: sizeOf('B') + sizeOf('b'),
      layers: 1,
      manifests: 1,
    })
    expect(plan?.totals.bytes).toBe(sizeOf('ABCDEabcdeox') + 7)
  })

  it('has its items in the order of destruction, manifests after what they list', async () => {
    const registry = registryWith({
      A: image(['a', 'x']),
      B: image(['b', 'x']),
      I: index(['A', 'B']),
    })
    tag(registry, 'team/app:1', 'I')
    softDelete(registry, 'team/app', ['I', 'A', 'B'])
    const { plan } = await collect(registry)
    const steps = (plan?.items.toArray() ?? []).map(({ step }) => removalSteps.indexOf(step))
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    const blobs = registry.removals.filter((line) => line.startsWith('blob '))
    expect(blobs.slice(0, 3).toSorted()).toEqual(['blob a', 'blob b', 'blob x'])
    expect(blobs.slice(3, 5).toSorted()).toEqual(['blob A', 'blob B'])
    expect(blobs[5]).toBe('blob I')
    expect(registry.removals[0]).toBe('trash-claim I')
    expect(registry.removals.at(-1)).toBe('trash-entry I')
  })

  it('forgets the history of a tag together with the image, and not before', async () => {
    const registry = registryWith({ A: image(['a']), B: image(['b']) })
    tag(registry, 'team/app:1', 'A')
    tag(registry, 'team/app:1', 'B')
    passHours(registry, 48)
    expect(await planned(registry, 'tag-history')).toBe('')
    expect(await planned(registry, 'tag-history', { untaggedAfterHours: 24 })).toBe('A')
    softDelete(registry, 'team/app', ['A'], { heldForMs: 3_600_000 })
    expect(await planned(registry, 'tag-history')).toBe('')
    passHours(registry, 2)
    expect(await planned(registry, 'tag-history')).toBe('A')
  })
})
