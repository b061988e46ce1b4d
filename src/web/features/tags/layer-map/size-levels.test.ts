import { expect, test } from 'vitest'
import { layerMapOf } from '#web/testing/layer-maps.ts'
import { createMapModel } from './map-model.ts'
import { levelIn, levelWords, sizeLevelsOf } from './size-levels.ts'

/** Of two layers that both images hold, and a larger one that one of them holds. */
const levelsOf = (x: number, y: number) =>
  sizeLevelsOf(
    createMapModel([layerMapOf({ A: 'xyz', B: 'xy' }, { sizes: { x, y, z: 9_000_000_000 } })]),
  )

test('the levels are round, and reach down from the largest layer that several images hold', () => {
  expect(levelsOf(85_000_000, 3)).toEqual([100_000, 1_000_000, 10_000_000])
  expect(levelsOf(1000, 3)).toEqual([10, 100, 1000])
  expect(levelsOf(20, 3)).toEqual([10])
  expect(levelsOf(0, 0)).toEqual([])
})

test('each size has the level that the legend says', () => {
  const levels = levelsOf(85_000_000, 3)
  expect([0, 99_999, 100_000, 999_999, 10_000_000].map((size) => levelIn(levels, size))).toEqual([
    0, 0, 1, 1, 3,
  ])
  expect([0, 1, 2, 3].map((level) => levelWords(levels, level))).toEqual([
    'under 100 kB',
    '100 kB to 1 MB',
    '1 MB to 10 MB',
    '10 MB and more',
  ])
  expect(levelWords([], 0)).toBe('of any size')
})
