import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFileLock } from './storage-lock.ts'

let folder: string
let path: string
let nowMs: number
let ids: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-lock-'))
  path = join(folder, 'jetsam', 'lock')
  nowMs = Date.now()
  ids = 0
})
afterEach(() => rm(folder, { recursive: true }))

const lock = (what = 'a test') =>
  createFileLock({ path, what, createId: () => `id-${(ids += 1)}`, nowMs: () => nowMs })

const plant = async (holder: Record<string, unknown> | string, ageMs = 0): Promise<void> => {
  const first = await lock().acquire()
  if (first.ok) await first.lease.release()
  await writeFile(path, typeof holder === 'string' ? holder : JSON.stringify(holder))
  await utimes(path, (nowMs - ageMs) / 1000, (nowMs - ageMs) / 1000)
}

it('has one holder at a time, and names it to the second', async () => {
  const first = await lock('the server on port 4400').acquire()
  const second = await lock().acquire()
  expect(first.ok).toBe(true)
  expect(second).toEqual({
    ok: false,
    holder: `the server on port 4400 (process ${process.pid} on ${hostname()})`,
  })
  if (first.ok) await first.lease.release()
  expect((await lock().acquire()).ok).toBe(true)
})

it('takes over at once from a process of this machine that died', async () => {
  await plant({ id: 'dead', host: hostname(), pid: 2 ** 22 - 1, processStart: '1', what: 'x' })
  expect((await lock().acquire()).ok).toBe(true)
})

it('takes over from a process whose number was given to another one', async () => {
  await plant({ id: 'dead', host: hostname(), pid: process.pid, processStart: '1', what: 'x' })
  // Where nothing tells when a process started, only the heartbeat can.
  nowMs += process.platform === 'linux' ? 0 : 60_000
  expect((await lock().acquire()).ok).toBe(true)
})

it.each([
  [29_000, false],
  [31_000, true],
])('takes over from another machine by its heartbeat: %i ms old', async (ageMs, taken) => {
  await plant({ id: 'far', host: 'elsewhere', pid: 1, processStart: '1', what: 'x' }, ageMs)
  expect((await lock().acquire()).ok).toBe(taken)
})

it('takes over a lock that a crash left half written, once it is old', async () => {
  await plant('{"id":"ha', 10_000)
  expect((await lock().acquire()).ok).toBe(false)
  nowMs += 25_000
  expect((await lock().acquire()).ok).toBe(true)
})

it('lets exactly one of many takers have a dead lock', async () => {
  await plant({ id: 'dead', host: hostname(), pid: 2 ** 22 - 1, processStart: '1', what: 'x' })
  const taken = await Promise.all(Array.from({ length: 8 }, () => lock().acquire()))
  expect(taken.filter((attempt) => attempt.ok)).toHaveLength(1)
  expect(await readdir(join(folder, 'jetsam'))).toEqual(['lock'])
})

it('knows that it was lost when it could not be kept alive', async () => {
  const held = await lock().acquire()
  expect(held.ok && held.lease.isLost()).toBe(false)
  nowMs += 31_000
  expect(held.ok && held.lease.isLost()).toBe(true)
})
