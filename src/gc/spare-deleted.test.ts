import { expect, it } from 'vitest'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { image, passHours, softDelete, store, tag } from '#testing/gc/model-images.ts'
import { createModelRegistry, digestNamed } from '#testing/gc/model-registry.ts'
import { runCollection } from './run.ts'

/** A is deleted 30 hours before B, and B before C, which a person wants gone. */
function deletedOneByOne() {
  const registry = createModelRegistry()
  store(registry, { A: image(['u', 'x']), B: image(['v', 'x']), C: image(['w', 'x']) })
  for (const name of ['A', 'B', 'C']) tag(registry, `one:${name.toLowerCase()}`, name)
  softDelete(registry, 'one', ['A'])
  passHours(registry, 30)
  softDelete(registry, 'one', ['B'])
  softDelete(registry, 'one', ['C'])
  const wanted = registry.trash.get('trash-C')
  if (wanted) registry.trash.set('trash-C', { ...wanted, claimed: true })
  passHours(registry, 10)
  return registry
}

const collect = (registry: ReturnType<typeof deletedOneByOne>, options = {}) =>
  runCollection({
    reader: registry.reader,
    remover: registry.remover,
    writers: null,
    clock: { nowMs: () => registry.nowMs },
    pause: () => Promise.resolve(),
    policy: defaultCollectionPolicy,
    dryRun: false,
    ...options,
  })

const blobsOf =
  ({ blobs }: ReturnType<typeof deletedOneByOne>) =>
  (names: string) =>
    Array.from(names)
      .filter((name) => blobs.has(digestNamed(name)))
      .join('')

it('takes all that was deleted unless it is told to spare some', async () => {
  const registry = deletedOneByOne()
  await collect(registry)
  expect(blobsOf(registry)('ABCuvwx')).toBe('')
})

it('spares what was deleted a short time ago, but not what a person wants gone', async () => {
  const registry = deletedOneByOne()
  await collect(registry, { spareDeletedHours: 24 })
  expect(blobsOf(registry)('ABCuvwx')).toBe('Bvx')
  expect([...registry.trash.keys()]).toEqual(['trash-B'])
})

it('spares them also where an earlier plan lists them', async () => {
  const registry = deletedOneByOne()
  const { plan } = await collect(registry, { dryRun: true })
  const atMost = plan?.items.toArray() ?? []
  await collect(registry, { atMost, spareDeletedHours: 24 })
  expect(blobsOf(registry)('ABCuvwx')).toBe('Bvx')
})

it('takes them the next time', async () => {
  const registry = deletedOneByOne()
  await collect(registry, { spareDeletedHours: 24 })
  passHours(registry, 20)
  await collect(registry, { spareDeletedHours: 24 })
  expect(blobsOf(registry)('ABCuvwx')).toBe('')
  expect(registry.trash.size).toBe(0)
})
