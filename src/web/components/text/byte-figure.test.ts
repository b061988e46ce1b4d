import { expect, it } from 'vitest'
import { byteFigure } from './byte-figure.ts'

it.each([
  [0, '0', 'B'],
  [999, '999', 'B'],
  [1000, '1.00', 'kB'],
  [4_960_000, '4.96', 'MB'],
  [5_100_000, '5.10', 'MB'],
  [999_995_000, '1.00', 'GB'],
])('%d bytes are %s %s', (bytes, digits, unit) => {
  expect(byteFigure(bytes)).toEqual({ digits, unit })
})
