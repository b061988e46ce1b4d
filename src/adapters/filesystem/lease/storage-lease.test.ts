import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FileLease } from './storage-lease.ts'
import {
  deadHolder,
  held,
  makeLockMachines,
  type LockMachines,
} from '#testing/conformance/lock-machines.ts'

let machines: LockMachines
beforeEach(async () => {
  machines = await makeLockMachines()
})
afterEach(() => machines.remove())

describe('a lease', () => {
  it('allows writes without a check while no other machine can take over', async () => {
    const lease = await held(machines.farLock({ clock: machines.clock({ isPaused: () => true }) }))
    await machines.pass(14_000)
    expect(lease.mayWrite()).toBeUndefined()
    await machines.pass(1_000)
    expect(lease.mayWrite()).toBeInstanceOf(Promise)
  })

  it('has ended at the first write after a pause in which another process took over', async () => {
    let isPaused = false
    const clock = machines.clock({ isPaused: () => isPaused })
    const lease = await held(machines.farLock({ clock }))
    isPaused = true
    const other = await held(machines.farLock({ what: 'the other' }))
    isPaused = false
    await expect(lease.mayWrite()).rejects.toMatchObject({ code: 'NOT_HELD' })
    expect(lease.lost.aborted).toBe(true)
    expect(lease.lost.reason).toBe(
      `the other (process ${process.pid} on ${hostname()}) has taken over its lock ${machines.path}`,
    )
    await lease.release()
    expect(other.mayWrite()).toBeUndefined()
    await machines.pass(60_000)
    expect(other.lost.aborted).toBe(false)
  })

  it('continues after a pause in which no other process took over', async () => {
    let isPaused = true
    const lease = await held(
      machines.farLock({ clock: machines.clock({ isPaused: () => isPaused }) }),
    )
    await machines.pass(3_600_000)
    isPaused = false
    await expect(lease.mayWrite()).resolves.toBeUndefined()
    expect(lease.mayWrite()).toBeUndefined()
  })

  it('is released by a taker whose predecessor continues in time', async () => {
    let isPaused = true
    const first = await held(
      machines.farLock({ clock: machines.clock({ isPaused: () => isPaused }) }),
    )
    // It checked just before it was replaced, and beats by that result.
    let waitedMs = 0
    const clock = machines.clock()
    const wait = async (ms: number): Promise<void> => {
      waitedMs += ms
      if (waitedMs === 29_500) isPaused = false
      await machines.pass(ms)
    }
    const attempt = await machines.farLock({ clock: { ...clock, wait } }).acquire()
    expect(attempt.ok).toBe(false)
    expect(first.lost.aborted).toBe(false)
  })

  it.each([10, 20, 29, 31, 36, 44, 46, 60])(
    'is never relied on by two processes, after a pause of %i s',
    async (pausedSeconds) => {
      let waitedMs = 0
      const isPaused = () => waitedMs < pausedSeconds * 1000
      const first = await held(machines.farLock({ clock: machines.clock({ isPaused }) }))
      const wait = async (ms: number): Promise<void> => {
        waitedMs += ms
        await machines.pass(ms)
      }
      const clock = { ...machines.clock(), wait }
      const second = await machines.farLock({ clock }).acquire()
      waitedMs = Infinity
      const may = async (lease: FileLease): Promise<boolean> =>
        Promise.resolve(lease.mayWrite()).then(
          () => true,
          () => false,
        )
      // Until it has checked, it writes beside the other process.
      const looking = first.mayWrite()
      looking?.catch(() => undefined)
      expect(second.ok && looking === undefined).toBe(false)
      expect(second.ok && (await may(second.term))).toBe(second.ok)
      await machines.pass(5_000)
      expect(await may(first)).toBe(!second.ok)
    },
  )

  it('has ended after the machine slept, even if its monotonic clock did not count that time', async () => {
    const clock = machines.clock({ isPaused: () => true })
    let sleptMs = 0
    const lease = await held(
      machines.farLock({ clock: { ...clock, wallMs: () => clock.wallMs() + sleptMs } }),
    )
    expect(lease.mayWrite()).toBeUndefined()
    sleptMs = 3_600_000
    expect(lease.mayWrite()).toBeInstanceOf(Promise)
  })

  it.each([
    ['removed', () => rm(machines.path), 'is gone'],
    [
      'overwritten',
      () => writeFile(machines.path, JSON.stringify({ ...deadHolder, id: 'other' })),
      'has taken over',
    ],
    ['emptied', () => writeFile(machines.path, ''), 'has taken over'],
  ])('is lost when its file was %s', async (_, act, reason) => {
    const lease = await held(machines.lock())
    await act()
    await machines.pass(5_000)
    expect(lease.lost.aborted).toBe(true)
    expect(lease.lost.reason).toContain(reason)
    await expect(lease.mayWrite()).rejects.toMatchObject({ code: 'NOT_HELD' })
  })

  it('is not lost while its folder fails, but allows no write until it can be renewed', async () => {
    let isPaused = true
    const clock = machines.clock({ isPaused: () => isPaused })
    const lease = await held(machines.lock({ clock }))
    await machines.pass(20_000)
    isPaused = false
    const kept = `${machines.path}.kept`
    await rename(machines.path, kept)
    // Can be opened but not read, like a file of a failing disk.
    await mkdir(machines.path)
    await expect(lease.mayWrite()).rejects.toMatchObject({ name: 'StoreError', code: 'FAILED' })
    expect(lease.lost.aborted).toBe(false)
    await rm(machines.path, { recursive: true })
    await rename(kept, machines.path)
    await expect(lease.mayWrite()).resolves.toBeUndefined()
    expect(lease.mayWrite()).toBeUndefined()
  })

  it('is not lost when another program touched its file', async () => {
    const lease = await held(machines.lock())
    await utimes(machines.path, 1, 1)
    await machines.pass(60_000)
    expect(lease.mayWrite()).toBeUndefined()
  })
})
