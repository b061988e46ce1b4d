import { expect, it } from 'vitest'
import { countOf, formatCount } from './count-of.ts'

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [12_345, '12,345'],
  [169_968_213, '169,968,213'],
])('groups the digits of %d: %s', (count, digits) => {
  expect(formatCount(count)).toBe(digits)
})

it('uses the singular for one and the plural for several', () => {
  expect(countOf(1, 'tag')).toBe('1 tag')
  expect(countOf(1024, 'tag')).toBe('1,024 tags')
  expect(countOf(2, 'repository', 'repositories')).toBe('2 repositories')
})
