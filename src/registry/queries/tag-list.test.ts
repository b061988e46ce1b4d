import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareNaturally } from '#domain/values/natural-order.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { createLargest } from './largest.ts'
import { sortCooperatively } from './sort-cooperatively.ts'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const a = tinyImage({ layers: ['base', 'a'] })
const b = tinyImage({ layers: ['base', 'b'] })
const index = tinyIndex({ amd64: a, arm64: b })
const sbom = tinyImage({ layers: ['sbom'], subject: index })
const signature = tinyImage({ layers: ['signature'] })
const onSbom = tinyImage({ layers: ['on sbom'], subject: sbom })
const images = [a, b, index, sbom, signature, onSbom]
const tags = ['1', '2', `${index.digest.replace(':', '-')}.sig`, a.digest.replace(':', '-')]

const step = fc.oneof(
  fc.record({
    kind: fc.constant('push' as const),
    image: fc.constantFrom(...images),
    tag: fc.option(fc.constantFrom(...tags)),
  }),
  fc.record({
    kind: fc.constant('delete' as const),
    reference: fc.constantFrom(...tags, ...images.map((image) => image.digest)),
    extent: fc.constantFrom('image' as const, 'tag' as const),
  }),
  fc.record({ kind: fc.constant('restore' as const), nth: fc.nat(3) }),
)

describe('the list of tags', () => {
  it('is after any history what a new look at storage gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const storage = createMemoryFileTree()
        const registry = openTestRegistry({ storage })
        for (const image of [a, b]) await registry.push('team/app', image)
        await registry.queries.tags(app)
        for (const act of steps) {
          if (act.kind === 'push') {
            // The registry refuses an index when its platforms were deleted.
            const references = act.tag === null ? [] : [act.tag]
            await registry.push('team/app', act.image, ...references).catch(() => {})
          } else if (act.kind === 'delete') {
            await registry.softDelete('team/app', act.reference, { extent: act.extent })
          } else {
            const entry = (await registry.trash.list())[act.nth]
            await registry.trash.restore(entry?.id ?? 'none', {
              onConflict: 'replace',
              restoredBy: 'bob',
              retentionMs: 0,
            })
          }
          const reopened = openTestRegistry({ storage })
          expect(await registry.queries.tags(app)).toEqual(await reopened.queries.tags(app))
          expect(await registry.queries.repository(app)).toEqual(
            await reopened.queries.repository(app),
          )
        }
      }),
      { numRuns: 150 },
    )
  })

  it('is complete when changes come while it is made', async () => {
    let pauses = 0
    const registry = openTestRegistry({
      pause: async () => {
        pauses += 1
        if (pauses === 2) await registry.push('team/app', b, 'meanwhile')
      },
    })
    for (let tag = 0; tag < 1200; tag += 1) await registry.push('team/app', a, `t${tag}`)
    const listed = await registry.queries.tags(app)
    expect(pauses).toBeGreaterThan(2)
    expect(listed?.map((tag) => tag.name)).toEqual(
      listed?.map((tag) => tag.name).toSorted(compareNaturally),
    )
    expect(await registry.queries.tags(app)).toHaveLength(1201)
  })
})

it('sorts in slices as it would at once', async () => {
  const items = Array.from({ length: 20_000 }, (_, position) => String((position * 7919) % 20_011))
  let pauses = 0
  const sorted = await sortCooperatively(
    items,
    (item) => item,
    async () => {
      pauses += 1
    },
  )
  expect(sorted).toEqual(items.toSorted())
  expect(pauses).toBeGreaterThan(3)
  expect(await sortCooperatively([], String, () => Promise.resolve())).toEqual([])
})

it('keeps the largest few', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.integer({ min: 1, max: 5 }), (sizes, maximum) => {
      const largest = createLargest<number>(maximum, (size) => size)
      sizes.forEach((size) => largest.add(size))
      expect(largest.items()).toEqual(sizes.toSorted((x, y) => y - x).slice(0, maximum))
      expect(largest.seen()).toBe(sizes.length)
    }),
  )
})
