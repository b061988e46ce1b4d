import { closeSync, openSync, readSync } from 'node:fs'
import { isAbsent } from '../file-errors.ts'
import { createLeaseDeadline, systemLeaseClock } from './lease-deadline.ts'

/** How any thread finds out whether a later term has begun. */
export interface Fence {
  /** The lock's file. */
  readonly path: string
  /** That file as its holder wrote it, with the token of the term. */
  readonly written: Uint8Array
}

/**
 * Whether the lock's file still holds the token of this term. Blocks for one short read: some
 * microseconds, on a network file system as long as that takes to answer. The file is opened each
 * time, because NFS only then fetches its present state. Throws what the platform throws.
 */
export function isStillHeld({ path, written }: Fence): boolean {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
  try {
    const found = Buffer.allocUnsafe(written.length + 1)
    const length = readSync(file, found, 0, found.length, 0)
    return found.subarray(0, length).equals(written)
  } finally {
    closeSync(file)
  }
}

/** A lease, in a form that threads can be given. */
export interface SharedLease {
  readonly deadline: SharedArrayBuffer
  readonly fence: Fence
}

/** What a thread can check of the lease of its process. */
export interface LeaseCheck {
  /** By the clocks: costs nothing. */
  isOver(): boolean
  /** By the lock's file, as `isStillHeld`. */
  isTaken(): boolean
}

export const checkOf = ({ deadline, fence }: SharedLease): LeaseCheck => ({
  isOver: createLeaseDeadline(systemLeaseClock, deadline).isOver,
  isTaken: () => !isStillHeld(fence),
})
