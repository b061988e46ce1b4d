import { beforeEach, expect, test } from 'vitest'
import { createMemoryCoordination } from '#adapters/memory/coordination/memory-coordination.ts'
import type { RetentionJob } from '#contract/rules/retention-runs.ts'
import { AgreementError } from '#coordination/agreement-error.ts'
import type { Coordination } from '#coordination/coordination.ts'
import { aTask } from '#testing/builders/a-task.ts'
import {
  app,
  createCleaningWorld,
  image,
  type CleaningWorld,
} from '#testing/builders/cleaning-world.ts'

/* Cleaning by rule meets a repository that takes no changes now. */

const closed = 'team/app takes no changes until 22:31 UTC'

let world: CleaningWorld
let coordination: Coordination
/** Another server died amid a change of it. */
let isClosed = false

beforeEach(async () => {
  isClosed = false
  const inner = createMemoryCoordination({ clock: { nowMs: () => 0 }, wait: aTask })
  coordination = {
    ...inner,
    async runLocked(repository, act, isGivenUp) {
      if (isClosed && repository === app) throw new AgreementError('LOCKED', closed, 900_000)
      return await inner.runLocked(repository, act, isGivenUp)
    },
  }
  world = await createCleaningWorld({ coordination })
  await world.api.as('writer').pushImage('team/other', image('other'), 'pr-9')
  world.api.clock.advance(4 * 24 * 3_600_000)
})

test('a repository that is closed is left to the next run, and the others are cleaned', async () => {
  const before = await world.tags()
  isClosed = true
  const { status, result } = await world.run()
  expect(status).toBe('done')
  expect(result).toMatchObject({
    removed: 1,
    failed: 0,
    left: 6,
    leftOut: [{ repository: app, reason: closed }],
    byRepository: { 'team/other': { removed: 1 } },
  })
  expect(await world.tags()).toEqual(before)
  isClosed = false
  expect((await world.run()).result).toMatchObject({ removed: 6, left: 0, leftOut: [] })
  expect(await world.tags()).toEqual(['stable'])
})

test('Stop is heard while a run waits for the lock of a repository', async () => {
  const before = await world.tags()
  let release = (): void => {}
  const held = coordination.runLocked(
    app,
    () => new Promise<void>((resolve) => (release = resolve)),
  )
  const started = await world.ask<RetentionJob>('POST', '/admin/jobs', { job: 'retention' })
  await expect
    .poll(async () => (await world.ask<RetentionJob>('GET', `/jobs/${started.id}`)).progress)
    .toMatchObject({ phase: 'removing', repository: app })
  await world.ask('POST', `/jobs/${started.id}/cancel`)
  // The repository is held all the time.
  const { status, result } = await world.ended(started.id)
  expect(status).toBe('canceled')
  expect(result).toMatchObject({ removed: 0, left: 7, endedBy: 'stopped' })
  release()
  await held
  expect(await world.tags()).toEqual(before)
})
