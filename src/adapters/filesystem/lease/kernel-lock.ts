import { statSync } from 'node:fs'
import type Libsql from 'libsql'

/**
 * A lock that the kernel keeps for a process until the process ends in any way, in any container.
 * Node.js has no call for one, but SQLite takes one (fcntl(2), LockFileEx on Windows) with each
 * transaction: so it is a transaction that never ends, in a database without content.
 */
export interface KernelLock {
  /** The lock's file by its identity for this kernel: `2049:131075`. */
  readonly file: string
  release(): void
}

export type KernelLockAttempt =
  | { readonly kind: 'held'; readonly lock: KernelLock }
  /** By a living process, which may be paused. */
  | { readonly kind: 'held elsewhere' }
  /** This file system has no such locks. */
  | { readonly kind: 'unsupported' }

/** If two ask in the same instant, each may find the other in the way, once. */
const busyTimeoutMs = 10

const fileOf = (path: string): string => {
  const { dev, ino } = statSync(path, { bigint: true })
  return `${dev}:${ino}`
}

/**
 * Does not wait for a holder. No other code of this process may open the file: closing it would
 * release the lock (POSIX). The file stays after a release.
 *
 * @param path the lock's file, which is made; its folder must exist
 */
export async function takeKernelLock(path: string): Promise<KernelLockAttempt> {
  // Not at the top of the module, because a read-only command takes no lock.
  const { default: Database } = await import('libsql')
  let database: Libsql.Database
  try {
    database = new Database(path, { timeout: busyTimeoutMs })
  } catch {
    return { kind: 'unsupported' }
  }
  try {
    // Without a journal beside it, because there is nothing to roll back. By `exec`, because a
    // prepared statement would keep the file open, and locked, until it is garbage-collected.
    database.exec('pragma journal_mode = memory; begin exclusive')
    return { kind: 'held', lock: { file: fileOf(path), release: () => void database.close() } }
  } catch (error) {
    database.close()
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return { kind: code.startsWith('SQLITE_BUSY') ? 'held elsewhere' : 'unsupported' }
  }
}
