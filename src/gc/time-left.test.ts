import { expect, test } from 'vitest'
import { createTimeLeft } from './time-left.ts'

/** The estimates when each tick of 250 ms does so many items. */
function toldAt(total: number, itemsPerTick: readonly number[]): (number | null)[] {
  const left = createTimeLeft()
  let done = 0
  return itemsPerTick.map((items, tick) => {
    done += items
    return left.after((tick + 1) * 250, done, total)
  })
}

const times = (count: number, items: number): number[] => Array.from({ length: count }, () => items)

test('nothing is told before enough is done to tell', () => {
  expect(toldAt(10_000, [...times(3, 400), 400])).toEqual([null, null, null, 21_000 / 4])
  // For a second or two, but hardly anything is done.
  expect(toldAt(10_000, times(8, 10)).every((left) => left === null)).toBe(true)
  expect(createTimeLeft().after(10_000, 500, 0)).toBeNull()
})

test('a slow beginning is forgotten', () => {
  // Ten seconds at a tenth of the speed that it then has.
  const told = toldAt(100_000, [...times(40, 130), ...times(24, 1300)])
  expect(told[39]).toBeGreaterThan(150_000)
  const left = 100_000 - 40 * 130 - 24 * 1300
  expect(told.at(-1)).toBe(Math.round((left / 1300) * 250))
})

test('a pause makes it longer, and a standstill unknown', () => {
  const told = toldAt(10_000, [...times(8, 100), ...times(8, 0)])
  expect(told[7]).toBe((9200 / 100) * 250)
  expect(told[15]).toBeGreaterThan(told[7] ?? 0)
  expect(toldAt(10_000, [...times(8, 100), ...times(30, 0)]).at(-1)).toBeNull()
})

test('nothing is left at the end', () => {
  expect(createTimeLeft().after(10, 3, 3)).toBe(0)
})
