import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { isAbsent, systemCode } from '../file-errors.ts'
import { claimToken } from './fencing-token.ts'
import { staysForMs, type LockClock } from './lock-clock.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** The content of a lock's file. */
export interface Holder extends ProcessIdentity {
  readonly id: string
  /** The kernel lock that it also holds; null if it has none. */
  readonly kernelLock: string | null
  readonly what: string
  /** The number of its term; 0 of an earlier version, which had none. */
  readonly token: number
}

/** A holder before its term. */
export type Candidate = Omit<Holder, 'token'>

/** A lock's file that was written. */
export interface Written {
  readonly holder: Holder
  readonly bytes: Uint8Array
}

/** Taking over takes a moment: a process that has been doing it for this long has died. */
const turnAbandonedAfterMs = 10_000

export interface Seen {
  /** Null for a half-written file, as a crash leaves it, or one of something else. */
  readonly holder: Holder | null
  /** Differs whenever the file was touched, written or replaced. */
  readonly mark: string
}

const textOr = <T>(value: unknown, otherwise: T): string | T =>
  typeof value === 'string' ? value : otherwise

/** Earlier versions wrote no boot id, no namespaces, no kernel lock and no token. */
function parseHolder(text: string): Holder | null {
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof input !== 'object' || input === null) return null
  const fields: Partial<Record<keyof Holder, unknown>> = input
  if (typeof fields.id !== 'string' || typeof fields.pid !== 'number') return null
  return {
    id: fields.id,
    pid: fields.pid,
    host: textOr(fields.host, 'an unknown host'),
    bootId: textOr(fields.bootId, null),
    namespaces: textOr(fields.namespaces, null),
    processStart: textOr(fields.processStart, null),
    kernelLock: textOr(fields.kernelLock, null),
    what: textOr(fields.what, 'a process'),
    token: typeof fields.token === 'number' ? fields.token : 0,
  }
}

/**
 * The lock's file as it is now; null if there is none. It is opened, because NFS only then fetches
 * its present state.
 */
export async function look(path: string): Promise<Seen | null> {
  try {
    const file = await open(path, 'r')
    try {
      const { ino, mtimeNs, size } = await file.stat({ bigint: true })
      const text = await file.readFile('utf8')
      return { holder: parseHolder(text), mark: `${ino} ${mtimeNs} ${size} ${text}` }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

/** Begins a term: the token is claimed once the file is there, which keeps others away. */
async function writeNew(path: string, lock: string, own: Candidate): Promise<Written> {
  const file = await open(path, 'wx')
  try {
    const holder = { ...own, token: await claimToken(lock) }
    const bytes = new TextEncoder().encode(JSON.stringify(holder))
    await file.writeFile(bytes)
    await file.sync()
    return { holder, bytes }
  } catch (error) {
    // For instance on a full disk. An empty file would look like another process that is just
    // starting.
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

/** Null if there is a lock's file already. */
export async function create(path: string, own: Candidate): Promise<Written | null> {
  try {
    return await writeNew(path, path, own)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return null
    throw error
  }
}

export const describe = (holder: Holder | null): string =>
  holder === null
    ? 'another process that is just starting'
    : `${holder.what} (process ${holder.pid} on ${holder.host})`

/**
 * Puts its own file in the place of a dead holder's, unless that has changed since it was read.
 * Only one of several takers is in this step at a time. Null if the file has changed, or while
 * another is in this step.
 */
export async function replace(
  path: string,
  seen: Seen,
  own: Candidate,
  clock: LockClock,
): Promise<Written | null> {
  const turn = `${path}.takeover`
  try {
    await mkdir(turn)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    const markOfTurn = () =>
      stat(turn).then(
        ({ ino, mtimeMs }) => `${ino} ${mtimeMs}`,
        () => null,
      )
    const mark = await markOfTurn()
    const isSame = async () => mark !== null && (await markOfTurn()) === mark
    if (await staysForMs(clock, turnAbandonedAfterMs, isSame)) {
      await rm(turn, { recursive: true, force: true })
    }
    return null
  }
  try {
    if ((await look(path))?.mark !== seen.mark) return null
    const made = `${path}.${own.id}`
    try {
      const written = await writeNew(made, path, own)
      await rename(made, path)
      return written
    } catch (error) {
      await rm(made, { force: true })
      throw error
    }
  } finally {
    await rm(turn, { recursive: true, force: true })
  }
}
