import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { account } from '#testing/conformance/state/state-samples.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import { findPooler, startPooler } from '#testing/postgres/pooler.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { openHeldState, type HeldState } from './held-state.ts'
import type { OwnerMirror } from './storage-owner.ts'

interface Storage extends OwnerMirror {
  text: string | null
}

function createStorage(where: string, text: string | null = null): Storage {
  const storage: Storage = {
    where,
    text,
    read: async () => storage.text,
    async write(written) {
      storage.text = written
    },
  }
  return storage
}

describe.skipIf(findPostgres() === null)('a state in PostgreSQL', () => {
  let postgres: ThrowawayPostgres
  let url: string
  let storage: Storage
  const opened: HeldState[] = []
  const lost: string[] = []

  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
  })
  beforeEach(async () => {
    url = await postgres.newURL()
    storage = createStorage('/images')
  })
  afterEach(async () => {
    for (const { state } of opened.splice(0)) await state.close()
    lost.length = 0
  })
  afterAll(() => postgres.remove())

  /** Looks only when it is asked to, so that a test decides when. */
  const never = 2 ** 31 - 1

  async function open(what: string, mirror: OwnerMirror | null = storage, options = {}) {
    const held = await openHeldState(url, {
      what,
      mirror,
      onLost: (reason) => lost.push(reason),
      lookEveryMs: never,
      lookWhileLostEveryMs: never,
      ...options,
    })
    opened.push(held)
    return held
  }

  const close = async (held: HeldState): Promise<void> => {
    opened.splice(opened.indexOf(held), 1)
    await held.state.close()
  }

  const endConnections = () =>
    postgres.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'jetsam%'",
    )

  test('is for one process, which is named to others', async () => {
    const first = await open('the server on port 4400')
    await expect(open('the server on port 4401')).rejects.toMatchObject({
      code: 'FAILED',
      message: expect.stringMatching(
        /in use by the server on port 4400 of .*: stop that, or name another database/,
      ) as string,
    })
    await expect(open('jetsam reset-password', null)).rejects.toThrow('is in use by')
    await close(first)
    await open('the server on port 4401')
  })

  test('is there beside others of the same database', async () => {
    await open('one')
    url = await postgres.newURL()
    await open('other', createStorage('/others'))
  })

  test('is for one storage, start after start', async () => {
    for (const what of ['first', 'second', 'third']) await close(await open(what))
    await expect(open('other', createStorage('/other'))).rejects.toMatchObject({
      code: 'FAILED',
      message: expect.stringMatching(
        /the storage at \/other do not belong together: .*jetsam take-over/,
      ) as string,
    })
    await open('again')
  })

  test('is not for a storage of another database, nor for an old copy of its own', async () => {
    await close(await open('first'))
    const copy = createStorage('/copy', storage.text)
    await close(await open('second'))
    await expect(open('copied', copy)).rejects.toThrow('copied or restored')
    url = await postgres.newURL()
    await expect(open('stranger')).rejects.toThrow('belongs to another database')
    await close(await open('taking over', storage, { claim: 'takes over' }))
    await open('after that')
  })

  test('is not claimed by a start whose storage fails, and by the next one', async () => {
    const failing: OwnerMirror = {
      ...storage,
      write: () => Promise.reject(new Error('the disk fails')),
    }
    await close(await open('first'))
    await expect(open('failing', failing)).rejects.toThrow('the disk fails')
    await open('next')
  })

  test('is held on after a restart of the database', async () => {
    const { state, hold } = await open('the server')
    await state.accounts.create(account('ada'))
    await postgres.stop('crash')
    await expect(hold.expectHeld()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(hold.reach().failure).toMatchObject({ code: 'UNAVAILABLE' })
    await expect(state.accounts.list()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(state.transaction(async () => {})).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await postgres.start()
    await hold.expectHeld()
    expect(hold.reach().failure).toBeNull()
    expect(await state.accounts.list()).toEqual([account('ada')])
    await expect(open('other', null)).rejects.toThrow('in use by the server')
  })

  test('is lost to a process that came first after a restart', async () => {
    const { hold } = await open('the server')
    await endConnections()
    await open('other')
    await expect(hold.expectHeld()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    // Its connection was gone, which is no loss yet.
    expect(lost).toEqual([])
    await expect(hold.expectHeld()).rejects.toThrow('another process has taken the state')
    expect(lost).toEqual([expect.stringContaining('another process has taken')])
  })

  test('is looked at again by itself, until it answers', async () => {
    const often = { lookEveryMs: 1, lookWhileLostEveryMs: 1 }
    const { hold } = await open('the server', storage, often)
    await postgres.stop('fast')
    await expect.poll(() => hold.reach().failure).not.toBeNull()
    await postgres.start()
    await expect.poll(() => hold.reach().failure).toBeNull()
  })

  test.skipIf(findPooler() === null).each([
    ['transaction', ''],
    ['transaction', 'options'],
    ['session', 'options'],
  ] as const)('is refused over a pooler for each %s that ignores "%s"', async (mode, ignored) => {
    const pooler = await startPooler(postgres, mode, ignored)
    try {
      await expect(
        openHeldState(pooler.url, { what: 'the server', mirror: null }),
      ).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('not to a pooler such as PgBouncer') as string,
      })
    } finally {
      await pooler.stop()
    }
  })

  test('is refused to a user that may not create tables', async () => {
    await postgres.run(
      'create role reader login; create schema shelf; grant usage on schema shelf to reader',
    )
    const schema = /search_path%3D\w+/.exec(url)?.[0] ?? ''
    const asReader = url.replace('postgres@', 'reader@').replace(schema, 'search_path%3Dshelf')
    await expect(
      openHeldState(asReader, { what: 'the server', mirror: null }),
    ).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('run grant create on schema shelf to reader') as string,
    })
  })

  describe('for several servers', () => {
    const several = { isShared: true }

    test('is held by all that say so, and by none that wants it alone', async () => {
      await open('one of several', storage, several)
      const first = storage.text
      await open('one more', storage, { ...several, claim: 'joins' })
      // They are one to the storage: the first is not lost.
      expect(storage.text).toBe(first)
      for (const { hold } of opened) await hold.expectHeld()
      expect(lost).toEqual([])
      await expect(open('the only server')).rejects.toThrow(/is in use by one (of several|more)/)
    })

    test('is refused while one server has it, with what to do', async () => {
      await open('the only server')
      const joining = open('one of several', storage, { ...several, claim: 'joins' })
      await expect(joining).rejects.toThrow(
        /is in use by the only server of .+, which wants it for itself: .+as one of several, with JETSAM_SERVERS/,
      )
    })

    test('goes from several to one and back, and to no other storage', async () => {
      await close(await open('one of several', storage, several))
      await close(await open('the only server'))
      const joined = await open('one more', storage, { ...several, claim: 'joins' })
      await joined.hold.expectHeld()
      const other = open('another storage', createStorage('/other'), several)
      await expect(other).rejects.toThrow('do not belong together')
    })
  })
})
