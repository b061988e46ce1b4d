import { describe, expect, test } from 'vitest'
import { createMemoryState } from '#adapters/memory/memory-state.ts'
import { account, event, job, pendingAct, plan } from '#testing/conformance/state/state-samples.ts'
import { stateContract } from '#testing/conformance/state/state.ts'
import { fillable } from '#testing/services/fillable-state.ts'
import { losable } from '#testing/services/losable-state.ts'
import { keepWithoutRoom } from './state-without-room.ts'

stateContract('a state that has room', async () => keepWithoutRoom(createMemoryState()).state)

async function world() {
  const disk = fillable(createMemoryState())
  const { state, isWritable } = keepWithoutRoom(disk.state)
  await state.accounts.create(account('ada'))
  return { ...disk, state, stored: disk.state, isWritable }
}

const line = (data: string) => ({ timeMs: 1, level: 'info', data }) as const
const session = { tokenHash: 't', accountName: 'ada', createdAtMs: 1, expiresAtMs: 99 }

describe('while its disk is full', () => {
  test('an account can sign in and out, and stays signed in once there is room', async () => {
    const { state, stored, fill, empty, isWritable } = await world()
    await state.sessions.add({ ...session, tokenHash: 'before' })
    fill()
    await state.sessions.removeExpired(5)
    await state.sessions.add(session)
    await state.sessions.add({ ...session, tokenHash: 'ended' })
    expect(isWritable()).toBe(false)
    expect(await state.sessions.find('t')).toEqual(session)
    for (const hash of ['ended', 'before']) {
      await state.sessions.remove(hash)
      expect(await state.sessions.find(hash)).toBeNull()
    }
    expect(await stored.sessions.find('t')).toBeNull()
    empty()
    await state.close()
    expect(await stored.sessions.find('t')).toEqual(session)
    expect(await stored.sessions.find('before')).toBeNull()
    expect(await stored.sessions.find('ended')).toBeNull()
  })

  test('an expired session does not count, and none outlives its account', async () => {
    const { state, fill, empty } = await world()
    fill()
    await state.sessions.add(session)
    await state.sessions.add({ ...session, tokenHash: 'over', expiresAtMs: 5 })
    await state.sessions.removeExpired(5)
    expect(await state.sessions.find('over')).toBeNull()
    empty()
    await state.sessions.removeAllOf('ada')
    expect(await state.sessions.find('t')).toBeNull()
  })

  test('a job runs, is listed first with its log, and is stored once there is room', async () => {
    const { state, stored, fill, empty, isWritable } = await world()
    await state.jobs.save(job('old'))
    await state.jobs.appendLog('old', [line('one')])
    fill()
    await state.jobs.appendLog('old', [line('two')])
    await state.jobs.save(job('new', { status: 'running', finishedAtMs: null }))
    await state.jobs.appendLog('new', [line('a'), line('b')])
    await state.jobs.save(job('new', { status: 'done', finishedAtMs: 7 }))
    await state.jobs.appendLog('new', [line('c')])

    const look = async (of: typeof state) => ({
      jobs: (await of.jobs.list({ offset: 0, limit: 10 })).jobs.map(
        ({ id, status }) => id + status,
      ),
      second: (await of.jobs.list({ offset: 1, limit: 1 })).jobs.map(({ id }) => id),
      finished: (await of.jobs.finishedBetween('collection', 7, 8)).map(({ id }) => id),
      old: (await of.jobs.log('old', 0, 9)).map(({ lineNum, data }) => `${lineNum}${data}`),
      new: (await of.jobs.log('new', 1, 9)).map(({ lineNum, data }) => `${lineNum}${data}`),
      found: (await of.jobs.find('new'))?.status,
    })
    const expected = {
      jobs: ['newdone', 'olddone'],
      second: ['old'],
      finished: ['new'],
      old: ['0one', '1two'],
      new: ['1b', '2c'],
      found: 'done',
    }
    expect(await look(state)).toEqual(expected)
    expect((await state.jobs.list({ running: true, offset: 0, limit: 9 })).total).toBe(0)
    expect(await stored.jobs.find('new')).toBeNull()
    empty()
    // Any successful write shows that there is room.
    await state.activity.record(event('e'))
    expect(isWritable()).toBe(true)
    await state.close()
    expect(await look(stored)).toEqual(expected)
    expect(await look(state)).toEqual(expected)
  })

  test('the activity is recorded once there is room, in order and once', async () => {
    const { state, stored, fill, empty } = await world()
    fill()
    for (const id of ['a', 'b']) await state.activity.record(event(id))
    empty()
    await state.close()
    await state.close()
    expect((await stored.activity.list({ limit: 9 })).events.map(({ id }) => id)).toEqual([
      'b',
      'a',
    ])
  })

  test('a plan can be made and used', async () => {
    const { state, fill } = await world()
    fill()
    for (const [at, id] of ['a', 'b', 'c'].entries()) await state.plans.save(plan(id, 1, at))
    await state.plans.keepNewest(2)
    expect(await state.plans.find('a')).toBeNull()
    expect(await state.plans.find('c')).toEqual(plan('c', 1, 2))
  })

  test('an access token can be used, but none can be created', async () => {
    const { state, fill } = await world()
    fill()
    await expect(state.accessTokens.setLastUsed('t', 1)).resolves.toBeUndefined()
    await expect(state.accessTokens.remove('t')).rejects.toMatchObject({ code: 'FULL' })
  })

  test('the schedule continues', async () => {
    const { state, fill } = await world()
    fill()
    await expect(state.settings.setSchedulerSeenMs('collection', 1)).resolves.toBeUndefined()
  })

  test('a decision of a person is refused, because it would not last', async () => {
    const { state, fill } = await world()
    fill()
    const full = { code: 'FULL' }
    await expect(state.settings.setSchedule('collection', '0 * * *')).rejects.toMatchObject(full)
    await expect(state.accounts.update('ada', { isAdmin: true })).rejects.toMatchObject(full)
    await expect(state.sessions.removeAllOf('ada')).rejects.toMatchObject(full)
  })

  test('another failure is passed on unchanged', async () => {
    const { state, stored } = await world()
    const broken = keepWithoutRoom({
      ...stored,
      activity: { ...stored.activity, record: () => Promise.reject(new Error('broken')) },
    })
    await expect(broken.state.activity.record(event('a'))).rejects.toThrow('broken')
    expect(await state.activity.count({})).toBe(0)
  })
})

describe('while a database does not answer', () => {
  async function lost() {
    const stored = createMemoryState()
    const database = losable(stored)
    const { state, isWritable } = keepWithoutRoom(database.state)
    await state.accounts.create(account('ada'))
    await state.jobs.save(job('run', { status: 'running', finishedAtMs: null }))
    await state.pendingActs.add([pendingAct('p'), pendingAct('q')])
    database.lose()
    return { ...database, state, stored, isWritable }
  }

  test('a job goes on, and is stored with its log and its end as soon as it answers', async () => {
    const { state, stored, find, isWritable } = await lost()
    await state.jobs.appendLog('run', [line('a')])
    await state.jobs.save(job('run', { status: 'errored', finishedAtMs: 7 }))
    await state.activity.record(event('run-finished'))
    expect(isWritable()).toBe(false)
    expect(await state.jobs.find('run')).toMatchObject({ status: 'errored' })
    find()
    await state.settings.setSchedulerSeenMs('collection', 1)
    expect(isWritable()).toBe(true)
    await state.close()
    expect(await stored.jobs.find('run')).toMatchObject({ status: 'errored', finishedAtMs: 7 })
    expect((await stored.jobs.log('run', 0, 9)).map(({ data }) => data)).toEqual(['a'])
    expect(await stored.activity.count({})).toBe(1)
  })

  test('acts that have happened are recorded once it answers, and not again', async () => {
    const { state, stored, find } = await lost()
    const [happened, not] = [pendingAct('p'), pendingAct('q')]
    await state.pendingActs.complete([happened])
    await state.pendingActs.drop([not.event.id])
    find()
    await state.close()
    expect(await stored.pendingActs.all()).toEqual([])
    expect((await stored.activity.list({ limit: 9 })).events.map(({ id }) => id)).toEqual(['p'])
  })

  test('what has not happened yet is refused', async () => {
    const { state } = await lost()
    const refused = { code: 'UNAVAILABLE' }
    await expect(state.pendingActs.add([pendingAct('r')])).rejects.toMatchObject(refused)
    await expect(state.sessions.add(session)).rejects.toMatchObject(refused)
    await expect(state.accounts.update('ada', { isAdmin: true })).rejects.toMatchObject(refused)
    await expect(state.transaction(async () => {})).rejects.toMatchObject(refused)
    await expect(state.settings.setSchedule('collection', '0')).rejects.toMatchObject(refused)
  })
})
