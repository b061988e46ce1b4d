import { StateError } from '#state/state-error.ts'

export const isFull = (error: unknown): boolean =>
  error instanceof StateError && error.code === 'FULL'

/** Full, or a database that does not answer: it may take the same write later. */
export const isUnwritable = (error: unknown): boolean =>
  error instanceof StateError && (error.code === 'FULL' || error.code === 'UNAVAILABLE')

/** More would only fill the memory of a server whose disk has been full for days. */
export const writesKept = 10_000

/** Writes to a state whose disk may be full. */
export interface DeferredWrites {
  /** Makes a write and notes whether there was room. After a success, waiting writes follow. */
  attempt<T>(write: () => Promise<T>): Promise<T>
  /** Makes a write, or calls `instead` if there is no room. */
  orElse<T>(write: () => Promise<T>, instead: () => T | Promise<T>): Promise<T>
  /**
   * The same also if the state does not answer. For what has happened already, and is known whole:
   * such a write may have been made, and is made again.
   */
  orElseOrLost<T>(write: () => Promise<T>, instead: () => T | Promise<T>): Promise<T>
  /** Makes a write once there is room, after the earlier ones. */
  later(write: () => Promise<unknown>): void
  /** Resolves when the retry under way has ended, with or without room. */
  settled(): Promise<void>
  /** Makes the waiting writes, as far as there is room. */
  retry(): Promise<void>
  /** False from a write that found no room, or no state that answers, until one that did. */
  isWritable(): boolean
}

export function createDeferredWrites(): DeferredWrites {
  let writable = true
  let retrying: Promise<void> | null = null
  /** The waiting writes, in order. */
  const waiting: (() => Promise<unknown>)[] = []

  async function attempt<T>(write: () => Promise<T>): Promise<T> {
    try {
      const done = await write()
      writable = true
      if (waiting.length > 0) void retry()
      return done
    } catch (error) {
      if (isUnwritable(error)) writable = false
      throw error
    }
  }

  async function writeWaiting(): Promise<void> {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      try {
        await next()
      } catch (error) {
        if (isUnwritable(error)) return
        // Its subject is gone, for instance an account.
      }
      waiting.shift()
    }
  }

  function retry(): Promise<void> {
    retrying ??= writeWaiting().finally(() => (retrying = null))
    return retrying
  }

  const orElseIf =
    (isMeant: (error: unknown) => boolean): DeferredWrites['orElse'] =>
    async (write, instead) => {
      try {
        return await attempt(write)
      } catch (error) {
        if (!isMeant(error)) throw error
        return await instead()
      }
    }

  return {
    attempt,
    orElse: orElseIf(isFull),
    orElseOrLost: orElseIf(isUnwritable),
    later(write) {
      if (waiting.length === writesKept) waiting.shift()
      waiting.push(write)
    },
    async settled() {
      await retrying
    },
    retry,
    isWritable: () => writable,
  }
}
