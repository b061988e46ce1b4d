import { StateError } from '#state/state-error.ts'

export const isFull = (error: unknown): boolean =>
  error instanceof StateError && error.code === 'FULL'

/** More would only fill the memory of a server whose disk has been full for days. */
export const writesKept = 10_000

/** Writes to a state whose disk may be full. */
export interface DeferredWrites {
  /** Makes a write and notes whether there was room. After a success, waiting writes follow. */
  attempt<T>(write: () => Promise<T>): Promise<T>
  /** Makes a write, or calls `instead` if there is no room. */
  orElse<T>(write: () => Promise<T>, instead: () => T | Promise<T>): Promise<T>
  /** Makes a write once there is room, after the earlier ones. */
  later(write: () => Promise<unknown>): void
  /** Resolves when the retry under way has ended, with or without room. */
  settled(): Promise<void>
  /** Makes the waiting writes, as far as there is room. */
  retry(): Promise<void>
  /** False from a write that found no room until one that did. */
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
      if (isFull(error)) writable = false
      throw error
    }
  }

  async function writeWaiting(): Promise<void> {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      try {
        await next()
      } catch (error) {
        if (isFull(error)) return
        // Its subject is gone, for instance an account.
      }
      waiting.shift()
    }
  }

  function retry(): Promise<void> {
    retrying ??= writeWaiting().finally(() => (retrying = null))
    return retrying
  }

  return {
    attempt,
    async orElse(write, instead) {
      try {
        return await attempt(write)
      } catch (error) {
        if (!isFull(error)) throw error
        return await instead()
      }
    },
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
