import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBlockingDeleter } from './blocking-key-deleter.ts'
import { createLeaseDeadline } from './lease/lease-deadline.ts'

let scratch = ''
let root = ''
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'jetsam-deleter-'))
  root = join(scratch, 'store')
  await mkdir(root)
})
afterEach(() => rm(scratch, { recursive: true }))

async function write(...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await mkdir(dirname(join(root, key)), { recursive: true })
    await writeFile(join(root, key), key)
  }
}
const left = async () => (await readdir(root, { recursive: true })).toSorted()

describe('removing many objects at once', () => {
  it('counts what is freed: nothing of a file with another name, of a sparse one what it took', async () => {
    await write('blobs/one/data', 'blobs/two/data')
    await link(join(root, 'blobs/one/data'), join(scratch, 'kept'))
    await truncate(join(root, 'blobs/two/data'), 50_000_000)
    const { blocks } = await stat(join(root, 'blobs/two/data'))
    expect(blocks * 512).toBeLessThan(1_000_000)
    expect(createBlockingDeleter(root)(['blobs/one/data', 'blobs/two/data'], {})).toEqual([
      { kind: 'removed', bytes: 0 },
      { kind: 'removed', bytes: blocks * 512 },
    ])
  })

  it('removes the folder that held only the object, and not a shared one, nor the one above', async () => {
    await write('blobs/one/data', 'blobs/two/data', 'blobs/two/stray', 'top')
    const keys = ['blobs/one/data', 'blobs/two/data', 'top']
    const outcomes = createBlockingDeleter(root)(keys, { durability: 'lazy', prunes: true })
    expect(outcomes.map(({ kind }) => kind)).toEqual(['removed', 'removed', 'removed'])
    expect(await left()).toEqual(['blobs', 'blobs/two', 'blobs/two/stray'])
    createBlockingDeleter(root)(['blobs/two/stray'], { prunes: true })
    expect(await left()).toEqual(['blobs'])
  })

  it('removes what else is in the folder if it is to go whole, but nothing behind a link', async () => {
    await mkdir(join(scratch, 'outside'))
    await writeFile(join(scratch, 'outside/kept'), '')
    await write('a/one/link', 'a/one/stray', 'a/two/deep/stray', 'a/young/link', 'a/young/stray')
    await symlink(join(scratch, 'outside'), join(root, 'a/one/elsewhere'))
    const sinceMs = Math.ceil(Date.now() / 1000 + 1) * 1000
    await utimes(join(root, 'a/young/link'), sinceMs / 1000, sinceMs / 1000)
    const keys = ['a/one/link', 'a/two/link', 'a/young/link']
    const how = { prunes: 'whole folder', unlessModifiedSinceMs: sinceMs } as const
    expect(createBlockingDeleter(root)(keys, how)).toEqual([
      { kind: 'removed', bytes: 10 },
      { kind: 'absent' },
      { kind: 'modified' },
    ])
    expect(await left()).toEqual(['a', 'a/young', 'a/young/link', 'a/young/stray'])
    expect(await readdir(join(scratch, 'outside'))).toEqual(['kept'])
  })

  it('finishes what an earlier removal began', async () => {
    await mkdir(join(root, 'blobs/one'), { recursive: true })
    expect(createBlockingDeleter(root)(['blobs/one/data'], { prunes: true })).toEqual([
      { kind: 'absent' },
    ])
    expect(await left()).toEqual(['blobs'])
  })

  it('checks each folder again in each call', async () => {
    const deleteNow = createBlockingDeleter(root)
    await write('blobs/one/data', 'blobs/two/data')
    deleteNow(['blobs/one/data'], {})
    await rm(join(root, 'blobs'), { recursive: true })
    await mkdir(join(scratch, 'outside/two'), { recursive: true })
    await writeFile(join(scratch, 'outside/two/data'), '')
    await symlink(join(scratch, 'outside'), join(root, 'blobs'))
    expect(deleteNow(['blobs/two/data'], {})).toMatchObject([{ code: 'INVALID_PATH' }])
    expect(await readdir(join(scratch, 'outside/two'))).toEqual(['data'])
  })

  it('leaves the rest when its time is up, but tries the first', async () => {
    const keys = ['a/1', 'b/2', 'c/3', 'd/4']
    for (let lasts = 0; lasts <= keys.length; lasts += 1) {
      await write(...keys)
      let asked = 0
      const nowMs = () => (asked++ <= lasts ? 0 : 1)
      const deleteNow = createBlockingDeleter(root, undefined, nowMs)
      const tried = Math.min(lasts + 1, keys.length)
      expect(deleteNow(keys, { maximumMs: 1 })).toMatchObject([
        ...keys.slice(0, tried).map(() => ({ kind: 'removed' })),
        ...keys.slice(tried).map(() => ({ kind: 'not tried' })),
      ])
      expect((await left()).filter((name) => name.includes('/'))).toEqual(keys.slice(tried))
    }
  })

  it('stops between two keys when its deadline is over, and reports the outcome of each', async () => {
    const keys = ['a/1', 'b/2', 'c/3', 'd/4']
    for (let lasts = 0; lasts <= keys.length; lasts += 1) {
      await write(...keys)
      let asked = 0
      const nowMs = () => (asked++ < lasts ? 0 : 1e6)
      const deadline = createLeaseDeadline({ monotonicMs: nowMs, wallMs: () => 0 })
      deadline.extend({ monotonicMs: 0, wallMs: 0 }, 1000)
      const outcomes = createBlockingDeleter(root, { ...deadline, isTaken: () => false })(keys, {})
      expect(outcomes).toMatchObject([
        ...keys.slice(0, lasts).map(() => ({ kind: 'removed' })),
        ...keys.slice(lasts).map(() => ({ kind: 'failed', code: 'NOT_HELD' })),
      ])
      expect((await left()).filter((name) => name.includes('/'))).toEqual(keys.slice(lasts))
    }
  })

  it.each([
    ['a later term has begun', () => true, 'NOT_HELD'],
    [
      'that cannot be told',
      () => {
        throw Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'open' })
      },
      'FAILED',
    ],
  ])('removes nothing when %s, and asks once for all keys', async (_, isTaken, code) => {
    const keys = ['a/1', 'b/2', 'c/3']
    await write(...keys)
    let asked = 0
    const lease = {
      isOver: () => false,
      isTaken: () => ((asked += 1), isTaken()),
    }
    const outcomes = createBlockingDeleter(root, lease)(keys, { prunes: 'whole folder' })
    expect(outcomes).toMatchObject(keys.map(() => ({ kind: 'failed', code })))
    expect(asked).toBe(1)
    expect((await left()).filter((name) => name.includes('/'))).toEqual(keys)
  })
})
