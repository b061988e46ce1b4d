import { describe, expect, test } from 'vitest'
import { account, job } from '#testing/conformance/state/state-samples.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'
import type { State } from '#state/state.ts'
import { sha256 } from '@noble/hashes/sha2.js'
import { createAuthentication } from '../accounts/authentication.ts'
import { createFirstAdministrator } from '../accounts/first-administrator.ts'
import { createScriptedCollections } from '#testing/services/scripted-run.ts'
import { collectionCodec } from '../jobs/kinds/collection/collection-codec.ts'
import { collectionSchedule } from '../jobs/kinds/collection/collection-kind.ts'
import { closeInterruptedJobs } from '../jobs/interrupted-jobs.ts'
import { createScheduler } from '../jobs/scheduler.ts'
import { theServer } from './actor.ts'

/** An event is stored together with the state that it tells of, or neither is. */

const failed = new Error('no event can be recorded')

/** A state that can record no event. */
function unrecording(inner: State): State {
  const withFailing = <T extends Pick<State, 'activity'>>(parts: T): T => ({
    ...parts,
    activity: { ...parts.activity, record: () => Promise.reject(failed) },
  })
  return {
    ...withFailing(inner),
    transaction: (act) => inner.transaction((parts) => act(withFailing(parts))),
  }
}

const hasher = {
  hash: async (password: string) => password,
  verify: async (password: string, hash: string) => hash === password,
}

function open() {
  const world = createTestWorld()
  const deps = {
    clock: world.clock,
    createId: world.createId,
    hasher,
    sha256,
    randomBytes: (length: number) => new Uint8Array(length).fill(7),
  }
  return {
    world,
    deps: { ...deps, state: world.state },
    failing: unrecording(world.state),
    base: deps,
  }
}

describe('if the event cannot be recorded', () => {
  test('a session does not end', async () => {
    const { world, deps, failing } = open()
    await world.state.accounts.create(account('ada', { passwordHash: 'secret' }))
    const signedIn = await createAuthentication(deps).signIn('ada', 'secret', null)
    if (!signedIn.ok) throw new Error(signedIn.refusal.message)
    const { token } = signedIn.value
    const authentication = createAuthentication({ ...deps, state: failing })
    await expect(authentication.signOut(token, null)).rejects.toThrow(failed)
    expect(await authentication.withSession(token)).not.toBeNull()
  })

  test('the first administrator is not created', async () => {
    const { world, deps, failing } = open()
    const created = createFirstAdministrator({ ...deps, state: failing }, 'admin', 'secret')
    await expect(created).rejects.toThrow(failed)
    expect(await world.state.accounts.list()).toEqual([])
  })

  test('a missed run is not shown', async () => {
    const { world, deps, failing } = open()
    const jobs = {
      startJob: async () => {
        const message = 'a collection is running'
        return { ok: false, refusal: { code: 'SHUTTING_DOWN', message } } as const
      },
    }
    const kind = { ...collectionCodec, schedule: collectionSchedule }
    const scheduler = createScheduler({ ...deps, state: failing, jobs, log: () => {} }, kind)
    await world.settings.setSchedule('collection', '* * * *')
    await world.settings.setSchedulerSeenMs('collection', world.clock.nowMs())
    world.moveClock(2 * 3_600_000)
    await expect(scheduler.tick(world.clock.nowMs())).rejects.toThrow(failed)
    expect(await world.settings.missedRuns('collection')).toBeNull()
  })

  test('an interrupted run is not closed, and is closed later', async () => {
    const { world, deps, failing } = open()
    const { kinds } = createScriptedCollections().jobs
    await world.state.jobs.save(job('left', { status: 'running', finishedAtMs: null }))
    const closed = closeInterruptedJobs({ ...deps, kinds, state: failing }, new Set())
    await expect(closed).rejects.toThrow(failed)
    expect(await world.state.jobs.find('left')).toMatchObject({ status: 'running' })
    expect(await world.state.jobs.log('left', 0, 9)).toEqual([])
    expect(await closeInterruptedJobs({ ...deps, kinds }, new Set())).toBe(1)
    expect(await world.recorded()).toMatchObject([
      { kind: 'collection finished', actor: theServer.name },
    ])
  })
})
