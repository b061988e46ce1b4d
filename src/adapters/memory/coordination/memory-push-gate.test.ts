import { expect, it } from 'vitest'
import { pushGateContract } from '#testing/conformance/coordination/push-gate.ts'
import { createMemoryPushGate } from './memory-push-gate.ts'

pushGateContract('in memory', async () => {
  const time = { nowMs: 0 }
  const create = () =>
    createMemoryPushGate({
      clock: { nowMs: () => time.nowMs },
      async wait(milliseconds) {
        const dueMs = time.nowMs + milliseconds
        // Runs everything first that can continue without time passing.
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
        time.nowMs = Math.max(time.nowMs, dueMs)
      },
    })
  return { gate: create(), time, afterCrash: async () => create() }
})

it('a gate in memory opens again when closing it fails', async () => {
  const broken = createMemoryPushGate({
    clock: { nowMs: () => 0 },
    wait: () => Promise.reject(new Error('no timer')),
  })
  const request = { repository: 'team/app', step: 'upload' } as const
  await broken.enter(request)
  const closing = { mode: 'reject-pushes', maximumWaitMs: 30_000 } as const
  await expect(broken.close(closing)).rejects.toThrow('no timer')
  expect(await broken.enter({ ...request, repository: 'other' })).toMatchObject({ entered: true })
})
