import { collect, lettersOn } from '#testing/gc/model-collection.ts'
import {
  image,
  index,
  link,
  passHours,
  softDelete,
  store,
  tag,
  unlink,
} from '#testing/gc/model-images.ts'
import { createModelRegistry, digestNamed, nameOf } from '#testing/gc/model-registry.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import { describe, expect, it } from 'vitest'

/** Deletions do not wait for a collection, and other software waits for nothing. */
describe('what people do while a sweep goes on', () => {
  const at = (step: string, letter: string, { digest, ...item }: PlannedRemoval): boolean =>
    item.step === step && digest !== null && nameOf(digest) === letter

  it('keeps an image that was restored just before its trash entry was claimed', async () => {
    const registry = createModelRegistry({
      beforeRemoval: (item) => {
        if (!at('trash-claim', 'A', item)) return
        registry.trash.delete('trash-A')
        // The links keep their old times, so nothing shows that they are in use again.
        registry.repository('team/app').revisions.set(digestNamed('A'), 0)
      },
    })
    store(registry, { A: image(['a', 'x']) })
    tag(registry, 'team/app:1', 'A')
    softDelete(registry, 'team/app', ['A'])
    const { result } = await collect(registry)
    expect(lettersOn(registry)).toBe('A a x')
    expect(registry.repository('team/app').layers.size).toBe(2)
    expect(result.removed.bytes).toBe(0)
  })

  it.each([0, 3_600_000])(
    'keeps an image, held for %i ms, that was restored while the inventory was taken',
    async (heldForMs) => {
      const registry = createModelRegistry()
      store(registry, { A: image(['a', 'x']) })
      tag(registry, 'team/app:1', 'A')
      softDelete(registry, 'team/app', ['A'], { heldForMs })
      const reader: typeof registry.reader = {
        ...registry.reader,
        async *repositories() {
          yield* registry.reader.repositories()
          registry.trash.delete('trash-A')
          registry.repository('team/app').revisions.set(digestNamed('A'), 0)
        },
      }
      await collect(registry, { reader })
      expect(lettersOn(registry)).toBe('A a x')
      expect(registry.repository('team/app').layers.size).toBe(2)
    },
  )

  it('keeps an untagged image that was deleted, with retention, just before its turn', async () => {
    const registry = createModelRegistry({
      beforeRemoval: (item) => {
        if (at('revision', 'A', item)) {
          softDelete(registry, 'team/app', ['A'], { heldForMs: 3_600_000 })
        }
      },
    })
    store(registry, { A: image(['a', 'x']) })
    link(registry, 'team/app', digestNamed('A'))
    passHours(registry, 48)
    await collect(registry, { untaggedAfterHours: 24 })
    expect(lettersOn(registry)).toBe('A a x')
    expect(registry.trash.get('trash-A')).toMatchObject({ claimed: false })
  })

  it('keeps one platform that was deleted after the index over it was taken', async () => {
    const registry = createModelRegistry({
      beforeRemoval: (item) => {
        if (at('revision', 'A', item)) {
          softDelete(registry, 'team/app', ['A'], { heldForMs: 3_600_000 })
        }
      },
    })
    store(registry, { A: image(['a', 'x']), B: image(['b', 'y']), I: index(['A', 'B']) })
    link(registry, 'team/app', digestNamed('I'))
    passHours(registry, 48)
    const { result } = await collect(registry, { untaggedAfterHours: 24 })
    expect(lettersOn(registry)).toBe('A a x')
    expect(result.removed.manifests).toBe(2)
  })

  it('keeps an image whose tag was deleted after the inventory', async () => {
    const registry = createModelRegistry({
      beforeRemoval: (_, count) => {
        if (count === 0) softDelete(registry, 'team/app', ['B'], { heldForMs: 3_600_000 })
      },
    })
    store(registry, { A: image(['a', 'x']), B: image(['b', 'x']) })
    tag(registry, 'team/app:1', 'A')
    tag(registry, 'team/app:2', 'B')
    softDelete(registry, 'team/app', ['A'])
    await collect(registry)
    expect(lettersOn(registry)).toBe('B b x')
  })

  it('leaves to the next run what other software unlinked during this one', async () => {
    const registry = createModelRegistry({
      beforeRemoval: (item) => {
        if (at('revision', 'A', item)) unlink(registry, 'team/app', digestNamed('A'))
      },
    })
    store(registry, { A: image(['a', 'x']) })
    link(registry, 'team/app', digestNamed('A'))
    passHours(registry, 48)
    const { result } = await collect(registry, { untaggedAfterHours: 24 })
    expect(result.skipped).toBeGreaterThan(0)
    expect(lettersOn(registry)).toBe('A a x')
    await collect(registry, { untaggedAfterHours: 24 })
    expect(lettersOn(registry)).toBe('')
  })
})
