import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countUpTo, placeOf, sorted, type Order } from './order.ts'

interface Item {
  readonly name: string
  readonly size: number
}

const bySize = (descending: boolean): Order<Item> => ({
  valueOf: ({ size }) => size,
  nameOf: ({ name }) => name,
  descending,
})

const items = fc.uniqueArray(
  fc.record({ name: fc.string({ maxLength: 3 }), size: fc.nat({ max: 4 }) }),
  { selector: ({ name }) => name },
)

describe('orders', () => {
  it('sort by value and then by name, in both directions', () => {
    const list = [
      { name: 'b', size: 1 },
      { name: 'c', size: 2 },
      { name: 'a', size: 1 },
    ]
    const names = (descending: boolean) => sorted(list, bySize(descending)).map(({ name }) => name)
    expect(names(false)).toEqual(['a', 'b', 'c'])
    expect(names(true)).toEqual(['c', 'b', 'a'])
  })

  it('count what comes at or before any place, whether the item exists or not', () => {
    fc.assert(
      fc.property(items, fc.boolean(), fc.nat(), (list, descending, position) => {
        const order = bySize(descending)
        const all = sorted(list, order)
        const item = all[position % Math.max(all.length, 1)]
        if (item === undefined) return
        const place = placeOf(item, order)
        const at = all.indexOf(item)
        expect(countUpTo(all, order, place)).toBe(at + 1)
        const without = all.filter((other) => other !== item)
        expect(countUpTo(without, order, place)).toBe(at)
      }),
    )
  })
})
