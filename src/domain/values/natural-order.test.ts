import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareNaturally, naturalKey } from './natural-order.ts'

test.each([
  [['1.2', '1.9', '1.10', '1.100', '2.0', '10.0']],
  [['v1.2.3', 'v1.2.10', 'v1.10.0']],
  [['1', '1-rc', '1.0', '1.0-rc1', '1.0-rc2', '1.0-rc10']],
  [['Alpha', 'alpha', 'alpha2', 'alpha10', 'Beta']],
  [['01', '1', '001-a', '2']],
  [['pr-9', 'pr-10', 'pr-1187', 'prod']],
  [['20260101', '20260102', '20261231', '120260101']],
  [['team/app2/x', 'team/app10/x', 'team/apps']],
  [['9'.repeat(100), `1${'0'.repeat(100)}`]],
])('%j is in its natural order', (names) => {
  const backwards = names.toReversed()
  expect(backwards.toSorted(compareNaturally)).toEqual(names)
  expect(names.toSorted(compareNaturally)).toEqual(names)
})

const names = fc.string({ unit: fc.constantFrom(...Array.from('019aAbZ.-_/')), maxLength: 12 })

test('different texts never have the same key', () => {
  fc.assert(
    fc.property(names, names, (one, other) => {
      expect(naturalKey(one) === naturalKey(other)).toBe(one === other)
    }),
  )
})

test('whole numbers sort by their values, with any text before and after', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), names, names, (one, other, before, behind) => {
      fc.pre(one !== other && !/\d$/.test(before) && !/^\d/.test(behind))
      const order = compareNaturally(`${before}${one}${behind}`, `${before}${other}${behind}`)
      expect(order).toBe(Math.sign(one - other))
    }),
  )
})
