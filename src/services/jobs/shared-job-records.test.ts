import { expect, test, vi } from 'vitest'
import { StateError } from '#state/state-error.ts'
import { createMemoryState } from '#adapters/memory/memory-state.ts'
import { createTestWorld, settle } from '#testing/builders/test-world.ts'
import { sharedJobsContract } from '#testing/services/shared-jobs.ts'
import { createSharingServer } from '#testing/services/sharing-servers.ts'

sharedJobsContract('memory', async (count) => {
  const state = createMemoryState()
  return Array.from({ length: count }, () => state)
})

const byAda = { trigger: 'person', actor: { name: 'ada', from: null } } as const

test('a job that ends while the state does not answer is stored once it does', async () => {
  const { state, clock } = createTestWorld()
  const server = createSharingServer('a', state, clock)
  const started = await server.collections.startCollection(byAda)
  const id = started.ok ? started.value.job.id : ''
  const lost = vi
    .spyOn(state, 'transaction')
    .mockRejectedValue(new StateError('UNAVAILABLE', 'the database does not answer'))
  server.runs[0]?.finish()
  await settle()
  await expect(server.jobs.look()).rejects.toThrow('does not answer')
  await settle()
  expect(await state.jobs.find(id)).toMatchObject({ status: 'running' })
  lost.mockRestore()
  await server.jobs.look()
  await server.jobs.jobEnd(id)
  expect(await state.jobs.find(id)).toMatchObject({ status: 'done' })
})

test('what was not heard while the state did not answer is no silence', async () => {
  const { state, clock } = createTestWorld()
  const [runs, watches] = ['a', 'b'].map((name) => createSharingServer(name, state, clock))
  if (!runs || !watches) throw new Error('two servers were asked for')
  const started = await runs.collections.startCollection(byAda)
  const id = started.ok ? started.value.job.id : ''
  for (let look = 0; look < 100; look += 1) {
    if (look % 40 === 39) {
      vi.spyOn(state.jobRuns, 'all').mockRejectedValueOnce(
        new StateError('UNAVAILABLE', 'the database does not answer'),
      )
    }
    await watches.jobs.look().catch(() => {})
  }
  expect(await state.jobs.find(id)).toMatchObject({ status: 'running' })
})

test('a server that stops while the state does not answer does not wait for it', async () => {
  const { state, clock } = createTestWorld()
  const server = createSharingServer('a', state, clock)
  await server.collections.startCollection(byAda)
  vi.spyOn(state, 'transaction').mockRejectedValue(
    new StateError('UNAVAILABLE', 'the database does not answer'),
  )
  const stopped = server.jobs.shutdown()
  server.runs[0]?.finish({ endedBy: 'stopped' })
  await stopped
  expect(server.failures).toEqual([expect.stringContaining('cannot be stored')])
})
