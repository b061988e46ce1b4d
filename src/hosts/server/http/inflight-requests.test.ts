import { expect, test } from 'vitest'
import { createInflightRequests } from './inflight-requests.ts'

test('it is busy while it serves any request, and a moment longer', () => {
  let nowMs = 1000
  const inflight = createInflightRequests(() => nowMs)
  expect(inflight.isBusy()).toBe(false)
  const endOne = inflight.begin()
  const endOther = inflight.begin()
  endOne()
  nowMs += 60_000
  expect(inflight.isBusy()).toBe(true)
  endOther()
  nowMs += 49
  expect(inflight.isBusy()).toBe(true)
  nowMs += 1
  expect(inflight.isBusy()).toBe(false)
})

test('a clock that is set back does not keep it busy', () => {
  let nowMs = 10_000
  const inflight = createInflightRequests(() => nowMs)
  inflight.begin()()
  nowMs -= 5000
  expect(inflight.isBusy()).toBe(false)
})
