import { expect, test } from 'vitest'
import { createAttemptThrottle } from './attempt-throttle.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'

function createThrottle() {
  const world = createTestWorld()
  const throttle = createAttemptThrottle(world.clock, { attempts: 2, withinMs: 10_000 })
  return { ...world, ...throttle }
}

test('waits until the oldest attempt is out of the window', () => {
  const { count, secondsToWait, moveClock } = createThrottle()
  count('a')
  moveClock(2500)
  expect(secondsToWait('a')).toBe(0)
  count('a')
  expect(secondsToWait('a')).toBe(8)
  expect(secondsToWait('b')).toBe(0)
  moveClock(7499)
  expect(secondsToWait('a')).toBe(1)
  moveClock(1)
  expect(secondsToWait('a')).toBe(0)
})

test('uncount removes one attempt, forgive all', () => {
  const { count, uncount, forgive, secondsToWait } = createThrottle()
  count('a')
  count('a')
  uncount('a')
  expect(secondsToWait('a')).toBe(0)
  count('a')
  expect(secondsToWait('a')).toBeGreaterThan(0)
  forgive('a')
  count('a')
  expect(secondsToWait('a')).toBe(0)
})

test('a clock that was set back locks no client out', () => {
  const { count, secondsToWait, moveClock } = createThrottle()
  count('a')
  count('a')
  moveClock(-3_600_000)
  expect(secondsToWait('a')).toBe(0)
})

test('very many keys drop the oldest, not the newest', () => {
  const { count, secondsToWait } = createThrottle()
  for (let key = 0; key < 10_050; key += 1) {
    count(`key ${key}`)
    count(`key ${key}`)
  }
  expect(secondsToWait('key 0')).toBe(0)
  expect(secondsToWait('key 10049')).toBeGreaterThan(0)
})
