import { expect, test } from 'vitest'
import { formatByteSize } from './byte-size.ts'

test.each([
  [0, '0 B'],
  [1, '1 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1234, '1.23 kB'],
  [1200, '1.2 kB'],
  [169_972_541, '169.97 MB'],
  // rounding never prints 1000 of a unit
  [999_994, '999.99 kB'],
  [999_995, '1 MB'],
  [999_999_999, '1 GB'],
  [1_100_000_000, '1.1 GB'],
  [2e12, '2 TB'],
  [5e15, '5 PB'],
  // beyond the largest unit the number grows
  [12_345e15, '12345 PB'],
  // rates have fractions
  [12.345, '12 B'],
  [999.7, '1 kB'],
  [-5, '0 B'],
])('%d is %s', (sizeBytes, text) => {
  expect(formatByteSize(sizeBytes)).toBe(text)
})
