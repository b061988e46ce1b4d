import { expect, test } from 'vitest'
import { createTraffic } from './traffic.ts'

test('it is busy while anything is served, and a moment longer', () => {
  let nowMs = 1000
  const traffic = createTraffic(() => nowMs)
  expect(traffic.isBusy()).toBe(false)
  const endOne = traffic.begin()
  const endOther = traffic.begin()
  endOne()
  nowMs += 60_000
  expect(traffic.isBusy()).toBe(true)
  endOther()
  nowMs += 49
  expect(traffic.isBusy()).toBe(true)
  nowMs += 1
  expect(traffic.isBusy()).toBe(false)
})

test('a clock that is set back does not keep it busy', () => {
  let nowMs = 10_000
  const traffic = createTraffic(() => nowMs)
  traffic.begin()()
  nowMs -= 5000
  expect(traffic.isBusy()).toBe(false)
})
