import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { LockClock } from '#adapters/filesystem/lease/lock-clock.ts'
import { identifyProcess } from '#adapters/filesystem/lease/process-identity.ts'
import {
  createFileLock,
  type FileLock,
  type FileLockOptions,
} from '#adapters/filesystem/lease/storage-lock.ts'

/** Machines that share a folder. Time passes only when one of them waits. */
export interface LockMachines {
  readonly folder: string
  /** The lock's file. */
  readonly path: string
  /** Lets time pass for all of them; each holder that is not paused beats. */
  pass(ms: number): Promise<void>
  /** The clock of one of them, each set to another time. */
  clock(options?: { readonly aheadMs?: number; readonly isPaused?: () => boolean }): LockClock
  lock(options?: Partial<FileLockOptions>): FileLock
  /** A lock as on another machine, which sees the file but no lock of this kernel. */
  farLock(options?: Partial<FileLockOptions>): FileLock
  /** Stops the heartbeats of dead processes. */
  stopAllBeats(): void
  plant(holder: Record<string, unknown> | string): Promise<void>
  /** Acquires the lock, and returns how long that took. */
  timed(lock: FileLock): Promise<{ readonly ok: boolean; readonly afterMs: number }>
  remove(): Promise<void>
}

export const deadHolder = {
  ...identifyProcess(),
  id: 'dead',
  pid: 2 ** 22 - 1,
  processStart: '1',
  kernelLock: null,
  what: 'x',
}

export async function held(from: FileLock) {
  const attempt = await from.acquire()
  if (!attempt.ok) throw new Error(`held by ${attempt.holder}`)
  return attempt.term
}

interface Beat {
  readonly everyMs: number
  readonly act: () => Promise<void>
  dueMs: number
}

export async function makeLockMachines(): Promise<LockMachines> {
  const folder = await mkdtemp(join(tmpdir(), 'jetsam-lock-'))
  const path = join(folder, 'jetsam', 'lock')
  let passedMs = 0
  let beats: Beat[] = []
  let passing: Promise<void> = Promise.resolve()

  async function passNow(ms: number): Promise<void> {
    const untilMs = passedMs + ms
    for (;;) {
      const [next] = beats.toSorted((one, other) => one.dueMs - other.dueMs)
      if (next === undefined || next.dueMs > untilMs) break
      passedMs = next.dueMs
      next.dueMs += next.everyMs
      await next.act()
    }
    passedMs = untilMs
  }

  function pass(ms: number): Promise<void> {
    passing = passing.then(() => passNow(ms))
    return passing
  }

  function clock({
    aheadMs = 0,
    isPaused = () => false,
  }: Parameters<LockMachines['clock']>[0] = {}): LockClock {
    return {
      monotonicMs: () => 1_000_000 + aheadMs + passedMs,
      wallMs: () => 1_800_000_000_000 + aheadMs + passedMs,
      wait: pass,
      every(everyMs, act) {
        const actUnlessPaused = async () => {
          if (!isPaused()) await act()
        }
        const beat = { everyMs, dueMs: passedMs + everyMs, act: actUnlessPaused }
        beats.push(beat)
        return () => void (beats = beats.filter((other) => other !== beat))
      },
    }
  }

  const lock = (options: Partial<FileLockOptions> = {}): FileLock =>
    createFileLock({ path, what: 'a test', clock: clock(), ...options })

  return {
    folder,
    path,
    pass,
    clock,
    lock,
    farLock: (options) =>
      lock({
        takeKernelLock: async () => ({ kind: 'unsupported' }),
        what: 'a far test',
        ...options,
      }),
    stopAllBeats: () => void (beats = []),
    async plant(holder) {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, typeof holder === 'string' ? holder : JSON.stringify(holder))
    },
    async timed(from) {
      const fromMs = passedMs
      const { ok } = await from.acquire()
      return { ok, afterMs: passedMs - fromMs }
    },
    remove: () => rm(folder, { recursive: true }),
  }
}
