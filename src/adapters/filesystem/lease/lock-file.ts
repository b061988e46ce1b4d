import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { isAbsent, systemCode } from '../file-errors.ts'
import { staysForMs, type LockClock } from './lock-clock.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** The content of a lock's file. */
export interface Holder extends ProcessIdentity {
  readonly id: string
  /** The kernel lock that it also holds; null if it has none. */
  readonly kernelLock: string | null
  readonly what: string
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

/** Earlier versions wrote no boot id, no namespaces and no kernel lock. */
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

async function writeNew(path: string, holder: Holder): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(JSON.stringify(holder))
    await file.sync()
  } catch (error) {
    // For instance on a full disk. An empty file would look like another process that is just
    // starting.
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

export async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    await writeNew(path, holder)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

export const describe = (holder: Holder | null): string =>
  holder === null
    ? 'another process that is just starting'
    : `${holder.what} (process ${holder.pid} on ${holder.host})`

/**
 * Puts its own file in the place of a dead holder's, unless that has changed since it was read.
 * Only one of several takers is in this step at a time.
 */
export async function replace(
  path: string,
  seen: Seen,
  own: Holder,
  clock: LockClock,
): Promise<boolean> {
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
    return false
  }
  try {
    if ((await look(path))?.mark !== seen.mark) return false
    const made = `${path}.${own.id}`
    try {
      await writeNew(made, own)
      await rename(made, path)
    } catch (error) {
      await rm(made, { force: true })
      throw error
    }
    return true
  } finally {
    await rm(turn, { recursive: true, force: true })
  }
}
