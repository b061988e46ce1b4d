import { mkdir, open, readFile, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { StorageLease, StorageLock } from '#state/storage-lock.ts'

interface Holder {
  readonly id: string
  readonly host: string
  readonly pid: number
  /** Tells a process from another that was given its number later; null where nothing tells. */
  readonly processStart: string | null
  readonly what: string
}

export interface FileLockOptions {
  /** The lock's file. Its folder is made. */
  readonly path: string
  /** What holds it, for the person who is refused: `the server on port 4400`. */
  readonly what: string
  readonly createId: () => string
  readonly nowMs: () => number
}

const heartbeatMs = 5_000
/** A holder on another machine is taken for dead when it missed this many heartbeats. */
const deadAfterMs = 6 * heartbeatMs

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

/** Field 22 of `/proc/<pid>/stat`: when the process started (proc(5)). Only Linux has it. */
function processStart(pid: number): string | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The command's name is in parentheses and may itself contain spaces and parentheses.
    return fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

/** What a lock's file says; null when it was written halfway, as a crash leaves it. */
async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** On the same machine the process itself is asked; elsewhere only the heartbeat can tell. */
function isDead(holder: Holder | null, heartbeatAgeMs: number): boolean {
  if (holder === null || holder.host !== hostname()) return heartbeatAgeMs > deadAfterMs
  if (!processLives(holder.pid)) return true
  const start = processStart(holder.pid)
  return start === null || holder.processStart === null
    ? heartbeatAgeMs > deadAfterMs
    : start !== holder.processStart
}

/**
 * Removes a dead holder's lock. Of several takers that found it dead only one may, or the slower
 * would remove the lock that the faster has made meanwhile: so the taking over has a lock of its own,
 * held for a moment, and looks again once it has it.
 */
async function removeDead(path: string, dead: Holder | null): Promise<void> {
  const turn = `${path}.takeover`
  try {
    await mkdir(turn)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    // Someone else's turn. A taker that died in its own is not waited for forever.
    const { mtimeMs } = await stat(turn).catch(() => ({ mtimeMs: 0 }))
    if (Date.now() - mtimeMs > deadAfterMs) await rm(turn, { recursive: true, force: true })
    else await setTimeout(10)
    return
  }
  try {
    const holder = await readHolder(path)
    if (holder?.id === dead?.id) await rm(path, { force: true })
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  } finally {
    await rmdir(turn)
  }
}

/** A lock in a file beside the images: made exclusively, kept alive by touching it. */
export function createFileLock(options: FileLockOptions): StorageLock {
  const { path } = options

  async function create(holder: Holder): Promise<boolean> {
    try {
      const file = await open(path, 'wx')
      try {
        await file.writeFile(JSON.stringify(holder))
        await file.sync()
      } finally {
        await file.close()
      }
      return true
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false
      throw error
    }
  }

  function startLease(id: string): StorageLease {
    let aliveAtMs = options.nowMs()
    let robbed = false
    const beat = async (): Promise<void> => {
      const holder = await readHolder(path)
      if (holder?.id !== id) {
        robbed = true
        return
      }
      const nowMs = options.nowMs()
      await utimes(path, nowMs / 1000, nowMs / 1000)
      aliveAtMs = nowMs
    }
    // A beat that fails is made up for by the next one; `isLost` tells when there were too few.
    const timer = setInterval(() => void beat().catch(() => undefined), heartbeatMs)
    timer.unref()
    return {
      isLost: () => robbed || options.nowMs() - aliveAtMs > deadAfterMs,
      async release() {
        clearInterval(timer)
        const holder = await readHolder(path).catch(() => null)
        if (holder?.id === id) await rm(path, { force: true })
      },
    }
  }

  return {
    async acquire() {
      await mkdir(dirname(path), { recursive: true })
      const id = options.createId()
      const self: Holder = {
        id,
        host: hostname(),
        pid: process.pid,
        processStart: processStart(process.pid),
        what: options.what,
      }
      // Each turn either takes the lock, finds a living holder, or clears a dead one away.
      for (;;) {
        if (await create(self)) return { ok: true, lease: startLease(id) }
        const status = await stat(path).catch(() => null)
        if (status === null) continue
        const holder = await readHolder(path).catch(() => null)
        if (!isDead(holder, options.nowMs() - status.mtimeMs)) {
          return { ok: false, holder: describe(holder) }
        }
        await removeDead(path, holder)
      }
    },
  }
}

const describe = (holder: Holder | null): string =>
  holder === null
    ? 'another process that is just starting'
    : `${holder.what} (process ${holder.pid} on ${holder.host})`
