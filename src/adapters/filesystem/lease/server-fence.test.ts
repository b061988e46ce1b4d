import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkOf } from './fence.ts'
import { systemLeaseClock } from './lease-deadline.ts'
import { identifyProcess } from './process-identity.ts'
import {
  createServerFence,
  fencedServers,
  hasServerEnded,
  takeFence,
  type ServerFence,
} from './server-fence.ts'

const minuteMs = 60_000
const notHeld = { code: 'NOT_HELD' }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-fences-'))
})
afterEach(() => rm(folder, { recursive: true }))

const fromNow = () => ({
  monotonicMs: systemLeaseClock.monotonicMs(),
  wallMs: systemLeaseClock.wallMs(),
})

async function opened(renew: (fence: ServerFence) => void = () => {}) {
  const fence: ServerFence = await createServerFence({
    folder,
    what: 'the server on port 4400',
    renew: async () => renew(fence),
  })
  return fence
}

test('a server may write once it has joined, and for as long as the others wait for it', async () => {
  const fence = await opened()
  await expect(fence.mayWrite()).rejects.toMatchObject(notHeld)
  fence.extend(fromNow(), minuteMs)
  expect(fence.mayWrite()).toBeUndefined()
  expect(fence.mayWrite('part')).toBeUndefined()
  expect(checkOf(fence.shared).isOver()).toBe(false)
  fence.extend({ monotonicMs: fromNow().monotonicMs - minuteMs, wallMs: Date.now() }, minuteMs)
  await expect(fence.mayWrite()).rejects.toMatchObject(notHeld)
  expect(checkOf(fence.shared).isOver()).toBe(true)
})

test('one that was silent asks the others before it writes', async () => {
  const fence = await opened((one) => one.extend(fromNow(), minuteMs))
  await expect(fence.mayWrite()).resolves.toBeUndefined()
  expect(fence.mayWrite()).toBeUndefined()
})

test('one whose file was taken writes nothing more, whatever its clocks say', async () => {
  const fence = await opened((one) => one.extend(fromNow(), minuteMs))
  const other = await opened()
  fence.extend(fromNow(), minuteMs)
  expect(checkOf(fence.shared).isTaken()).toBe(false)
  await takeFence(folder, fence.name)
  await takeFence(folder, fence.name)
  await expect(fence.mayWrite()).rejects.toMatchObject(notHeld)
  expect(checkOf(fence.shared).isTaken()).toBe(true)
  expect((await fencedServers(folder)).map(({ name }) => name)).toEqual([other.name])
})

test('servers are described to people, until they end', async () => {
  expect(await fencedServers(join(folder, 'none'))).toEqual([])
  const fence = await opened()
  const what = `the server on port 4400 (process ${process.pid} on ${identifyProcess().host})`
  expect(await fencedServers(folder)).toEqual([{ name: fence.name, what }])
  await fence.remove()
  await fence.remove()
  expect(await fencedServers(folder)).toEqual([])
  await writeFile(join(folder, 'half'), '{"what"')
  expect(await fencedServers(folder)).toMatchObject([{ what: 'a server that is just starting' }])
})

test('a server has certainly ended if its process has, on this machine', async () => {
  const fence = await opened()
  expect(await hasServerEnded(folder, fence.name)).toBe(false)
  const { pid } = spawnSync('true')
  const dead = { what: 'the server', name: 'dead', ...identifyProcess(), pid }
  await writeFile(join(folder, 'dead'), JSON.stringify(dead))
  await writeFile(join(folder, 'elsewhere'), JSON.stringify({ ...dead, bootId: 'another' }))
  await writeFile(join(folder, 'half'), '{"what"')
  const names = ['dead', 'elsewhere', 'half', 'none']
  const ended = await Promise.all(names.map((name) => hasServerEnded(folder, name)))
  expect(ended).toEqual([true, false, false, false])
})
