import Libsql from 'libsql'
import { Kysely } from 'kysely'
import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { createSyncingDialect } from './syncing-dialect.ts'

interface Tables {
  readonly note: { readonly text: string }
}

/** A disk that syncs on demand, with the number of requests. */
function disk() {
  const asked: { resolve(): void; reject(error: Error): void }[] = []
  return {
    asked,
    log: {
      sync: () => new Promise<void>((resolve, reject) => void asked.push({ resolve, reject })),
      close: vi.fn(async () => {}),
    },
  }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate()
}

let db: Kysely<Tables>
let slow: ReturnType<typeof disk>
let done: string[]

const add = async (text: string): Promise<void> => {
  await db.insertInto('note').values({ text }).execute()
  done.push(text)
}

beforeEach(async () => {
  done = []
  slow = disk()
  const file = new Libsql(':memory:')
  file.exec('create table note (text text unique)')
  db = new Kysely<Tables>({ dialect: createSyncingDialect(file, slow.log) })
})

describe('a write without the lease', () => {
  let mayWrite = true
  beforeEach(() => {
    mayWrite = true
    const file = new Libsql(':memory:')
    file.exec('create table note (text text unique)')
    const log = { sync: async () => {}, close: async () => {} }
    const dialect = createSyncingDialect(file, log, async () => {
      if (!mayWrite) throw new Error('not held')
    })
    db = new Kysely<Tables>({ dialect })
  })

  const all = () => db.selectFrom('note').select('text').execute()

  test('is refused, and reads continue', async () => {
    mayWrite = false
    await expect(add('one')).rejects.toThrow('not held')
    expect(await all()).toEqual([])
  })

  test('is not committed either if it began before', async () => {
    const writing = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('note').values({ text: 'one' }).execute()
      mayWrite = false
    })
    await expect(writing).rejects.toThrow('not held')
    mayWrite = true
    expect(await all()).toEqual([])
    await add('two')
    expect(await all()).toEqual([{ text: 'two' }])
  })
})

describe('a write', () => {
  test('resolves once it is on the disk', async () => {
    const writing = add('one')
    await turns()
    expect([slow.asked.length, done]).toEqual([1, []])
    slow.asked[0]?.resolve()
    await writing
    expect(done).toEqual(['one'])
  })

  test('lets others write while it waits; they share the next sync, not this one', async () => {
    const first = add('one')
    await turns()
    const others = [add('two'), add('three')]
    await turns()
    expect(slow.asked).toHaveLength(1)
    slow.asked[0]?.resolve()
    await first
    await turns()
    expect([slow.asked.length, done]).toEqual([2, ['one']])
    slow.asked[1]?.resolve()
    await Promise.all(others)
    expect(done).toEqual(['one', 'two', 'three'])
  })

  test('fails when the disk does, and the next one asks again', async () => {
    const failing = add('one')
    await turns()
    slow.asked[0]?.reject(new Error('the disk is gone'))
    await expect(failing).rejects.toThrow('the disk is gone')
    const writing = add('two')
    await turns()
    slow.asked[1]?.resolve()
    await writing
    expect(done).toEqual(['two'])
  })

  test('in a transaction is synced with it, once', async () => {
    const writing = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('note').values({ text: 'one' }).execute()
      await transaction.insertInto('note').values({ text: 'two' }).execute()
    })
    await turns()
    expect(slow.asked).toHaveLength(1)
    slow.asked[0]?.resolve()
    await writing
    expect(slow.asked).toHaveLength(1)
  })
})

test('a read asks nothing of the disk', async () => {
  expect(await db.selectFrom('note').selectAll().execute()).toEqual([])
  expect(slow.asked).toEqual([])
})

test('the end closes the log', async () => {
  await db.selectFrom('note').selectAll().execute()
  await db.destroy()
  expect(slow.log.close).toHaveBeenCalledOnce()
})
