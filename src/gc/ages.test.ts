import { collect } from '#testing/gc/model-collection.ts'
import { image, index, link, passHours, store } from '#testing/gc/model-images.ts'
import { createModelRegistry, digestNamed, nameOf } from '#testing/gc/model-registry.ts'
import type { Digest } from '#domain/values/digest.ts'
import { describe, expect, it } from 'vitest'
import type { RegistryReader } from './ports/registry-reader.ts'

/** One untagged index of two platforms, and an image beside it. */
function untaggedImages() {
  const registry = createModelRegistry()
  store(registry, { A: image(['a']), B: image(['b']), C: image(['c']), I: index(['A', 'B']) })
  for (const letter of ['A', 'B', 'I', 'C']) link(registry, 'team/app', digestNamed(letter))
  return registry
}

describe('an untagged image', () => {
  it.each([
    [23, ''],
    [25, 'ABCI'],
  ])('after %d hours, of 24', async (hours, gone) => {
    const registry = untaggedImages()
    passHours(registry, hours)
    const { plan } = await collect(registry, { dryRun: true, untaggedAfterHours: 24 })
    const revisions = (plan?.items.toArray() ?? []).flatMap(({ step, digest }) =>
      step === 'revision' && digest ? [nameOf(digest)] : [],
    )
    expect(revisions.toSorted().join('')).toBe(gone)
  })

  it('is left alone when another client unlinked it since the inventory, with everything under it', async () => {
    const registry = untaggedImages()
    passHours(registry, 48)
    const reader: RegistryReader = {
      ...registry.reader,
      linkedAtMs: (repository: string, digest: Digest) =>
        digest === digestNamed('I')
          ? Promise.resolve(null)
          : registry.reader.linkedAtMs(repository, digest),
    }
    const { plan } = await collect(registry, { reader, dryRun: true, untaggedAfterHours: 24 })
    const letters = (plan?.items.toArray() ?? []).flatMap(({ digest }) =>
      digest ? [nameOf(digest)] : [],
    )
    expect([...new Set(letters)].toSorted().join('')).toBe('Cc')
  })
})

describe('an upload', () => {
  it.each([
    [7 * 24 - 1, []],
    [7 * 24, ['u1']],
  ])('after %d hours without a write, of a week', async (hours, gone) => {
    const registry = createModelRegistry()
    const upload = { id: 'u1', lastWrittenAtMs: registry.nowMs, sizeBytes: 7 }
    registry.repository('team/app').uploads.set('u1', upload)
    passHours(registry, hours)
    const { plan } = await collect(registry)
    const names = (plan?.items.toArray() ?? []).map(({ name }) => name)
    expect(names).toEqual(gone)
    expect(registry.repository('team/app').uploads.has('u1')).toBe(gone.length === 0)
  })
})
