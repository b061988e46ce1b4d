import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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

/** Just long enough for the kernel to finish with a killed process. */
const refusedSoon = { ok: false, afterMs: 2_000 }

it('has one holder at a time, and names it to the second', async () => {
  const first = await held(machines.lock({ what: 'the server on port 4400' }))
  expect(await machines.lock().acquire()).toEqual({
    ok: false,
    holder: `the server on port 4400 (process ${process.pid} on ${hostname()})`,
  })
  await first.release()
  expect(await machines.timed(machines.lock())).toEqual({ ok: true, afterMs: 0 })
})

it('is held for each path that leads to the folder', async () => {
  const first = await held(machines.lock())
  await symlink(machines.folder, `${machines.folder}.other`)
  try {
    const other = join(`${machines.folder}.other`, 'jetsam', 'lock')
    expect(await machines.timed(machines.lock({ path: other }))).toEqual(refusedSoon)
    expect((await machines.timed(machines.farLock({ path: other }))).ok).toBe(false)
  } finally {
    await rm(`${machines.folder}.other`)
  }
  await first.release()
})

it('leaves only the kernel lock’s file, and the number of the last term', async () => {
  await (await held(machines.lock())).release()
  await machines.plant(deadHolder)
  await (await held(machines.lock())).release()
  expect(await readdir(join(machines.folder, 'jetsam'))).toEqual(['lock.kernel', 'lock.terms'])
  expect(await readdir(`${machines.path}.terms`)).toEqual(['2'])
})

describe('a dead holder', () => {
  it.runIf(process.platform === 'linux')('of this machine is replaced at once', async () => {
    await machines.plant(deadHolder)
    expect(await machines.timed(machines.lock())).toEqual({ ok: true, afterMs: 0 })
  })

  it.runIf(process.platform === 'linux')(
    'is replaced at once when another process has its number',
    async () => {
      await machines.plant({ ...deadHolder, pid: process.pid })
      expect(await machines.timed(machines.lock())).toEqual({ ok: true, afterMs: 0 })
    },
  )

  it.runIf(process.platform === 'linux')(
    'of another container is replaced at once if it had a lock of this kernel',
    async () => {
      await held(machines.lock())
      const written: Record<string, unknown> = JSON.parse(await readFile(machines.path, 'utf8'))
      await rm(machines.folder, { recursive: true })
      machines.stopAllBeats()
      const elsewhere = { ...written, namespaces: 'pid:[1] time:[1]', host: 'elsewhere' }
      const kernelLock = String(written.kernelLock)
      const takeKernelLock = async () =>
        ({ kind: 'held', lock: { file: kernelLock, release: () => {} } }) as const
      await machines.plant(elsewhere)
      expect(await machines.timed(machines.lock({ takeKernelLock }))).toEqual({
        ok: true,
        afterMs: 0,
      })
      machines.stopAllBeats()
      // In another mount, or for a file that was made again, that lock means nothing.
      await machines.plant({ ...elsewhere, kernelLock: '1:1' })
      expect((await machines.timed(machines.lock({ takeKernelLock }))).afterMs).toBeGreaterThan(
        30_000,
      )
    },
  )

  it.each([
    ['on another machine', { host: 'elsewhere', bootId: 'another' }],
    ['before this machine was started', { bootId: 'another' }],
    ['in another container', { namespaces: 'pid:[1] time:[1]' }],
    ['of a version that wrote neither', { bootId: undefined, namespaces: undefined }],
  ])('%s is replaced after it was silent for long enough', async (_, fields) => {
    await machines.plant({ ...deadHolder, ...fields })
    const waits: string[] = []
    const { ok, afterMs } = await machines.timed(
      machines.lock({ onWait: (reason) => waits.push(reason) }),
    )
    expect(ok).toBe(true)
    // Silent for 30 s, and then for the length of a lease.
    expect(afterMs).toBeGreaterThanOrEqual(45_000)
    expect(afterMs).toBeLessThan(50_000)
    expect(waits).toEqual([expect.stringContaining(`x (process ${deadHolder.pid} on `)])
  })

  it('with a half-written file is replaced in the same way', async () => {
    await machines.plant('{"id":"ha')
    const { ok, afterMs } = await machines.timed(machines.lock())
    expect(ok).toBe(true)
    expect(afterMs).toBeGreaterThanOrEqual(45_000)
  })

  it('is replaced by exactly one of many', async () => {
    await machines.plant(deadHolder)
    const taken = await Promise.all(Array.from({ length: 8 }, () => machines.lock().acquire()))
    expect(taken.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('is replaced by exactly one of many without kernel locks', async () => {
    await machines.plant({ ...deadHolder, bootId: 'another' })
    const taken = await Promise.all(Array.from({ length: 4 }, () => machines.farLock().acquire()))
    // Here hours pass during a disk write, so one may be overtaken: it is told, and the other
    // writes only afterwards.
    await machines.pass(5_000)
    const leases = taken.flatMap((attempt) => (attempt.ok ? [attempt.term] : []))
    expect(leases.filter((lease) => !lease.lost.aborted)).toHaveLength(1)
    expect(await readdir(join(machines.folder, 'jetsam'))).toEqual(['lock', 'lock.terms'])
    expect(await readdir(`${machines.path}.terms`)).toHaveLength(1)
  })

  it('is replaced although another died just before it replaced it', async () => {
    await machines.plant({ ...deadHolder, bootId: 'another' })
    await mkdir(`${machines.path}.takeover`)
    expect((await machines.timed(machines.lock())).ok).toBe(true)
  })
})

describe('a living holder', () => {
  it.each([
    ['years ahead', 10 ** 11],
    ['years behind', -(10 ** 11)],
  ])('is recognized by its heartbeat, with a clock that is %s', async (_, aheadMs) => {
    await held(machines.farLock({ clock: machines.clock({ aheadMs }) }))
    const { ok, afterMs } = await machines.timed(machines.farLock())
    expect(ok).toBe(false)
    expect(afterMs).toBeLessThanOrEqual(6_000)
  })

  it('is recognized by its heartbeat, if any process here has its number', async () => {
    await held(machines.farLock())
    const written: Record<string, unknown> = JSON.parse(await readFile(machines.path, 'utf8'))
    await writeFile(
      machines.path,
      JSON.stringify({ ...written, namespaces: 'pid:[1] time:[1]', pid: 2 ** 22 - 1 }),
    )
    expect((await machines.timed(machines.farLock())).ok).toBe(false)
  })

  it('is recognized by its heartbeat if the kernel lock’s file was removed', async () => {
    const lease = await held(machines.lock())
    await rm(`${machines.path}.kernel`)
    expect((await machines.timed(machines.lock())).ok).toBe(false)
    expect(lease.lost.aborted).toBe(false)
  })

  it('keeps the kernel lock while it is paused, for any time', async () => {
    let isPaused = true
    const lease = await held(machines.lock({ clock: machines.clock({ isPaused: () => isPaused }) }))
    await machines.pass(3_600_000)
    expect(await machines.timed(machines.lock())).toEqual(refusedSoon)
    isPaused = false
    await expect(lease.mayWrite()).resolves.toBeUndefined()
    expect(lease.mayWrite()).toBeUndefined()
  })

  it('is waited for if it was killed and the kernel has not finished with it yet', async () => {
    let asked = 0
    const takeKernelLock = async () => {
      asked += 1
      if (asked < 3) return { kind: 'held elsewhere' } as const
      return { kind: 'held', lock: { file: '1:1', release: () => {} } } as const
    }
    expect(await machines.timed(machines.lock({ takeKernelLock }))).toEqual({
      ok: true,
      afterMs: 1_000,
    })
  })

  it('does not prevent a copy of the folder', async () => {
    await held(machines.lock())
    const copy = join(machines.folder, 'copy')
    await cp(join(machines.folder, 'jetsam'), copy, { recursive: true, preserveTimestamps: true })
    expect((await machines.timed(machines.lock({ path: join(copy, 'lock') }))).ok).toBe(true)
  })
})
