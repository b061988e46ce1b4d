/** The clocks that time a lease. */
export interface LeaseClock {
  /** Milliseconds of a clock that cannot be set, the same in all threads of the process. */
  monotonicMs(): number
  /** Milliseconds since the epoch. They continue while a machine sleeps; the others may not. */
  wallMs(): number
}

export const systemLeaseClock: LeaseClock = {
  monotonicMs: () => Number(process.hrtime.bigint() / 1_000_000n),
  wallMs: () => Date.now(),
}

/** Until when a lease may be relied on, in memory that all threads of the process share. */
export interface LeaseDeadline {
  readonly shared: SharedArrayBuffer
  /**
   * Whether it has ended by either clock: a process that was paused, or slept, sees it when it
   * continues.
   */
  isOver(): boolean
  extend(from: { readonly monotonicMs: number; readonly wallMs: number }, ms: number): void
  end(): void
}

/** @param shared the memory of another thread's deadline; absent: one that is over */
export function createLeaseDeadline(
  clock: LeaseClock = systemLeaseClock,
  shared: SharedArrayBuffer = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT),
): LeaseDeadline {
  const ends = new BigInt64Array(shared)
  const end = (monotonicMs: number, wallMs: number): void => {
    Atomics.store(ends, 0, BigInt(Math.floor(monotonicMs)))
    Atomics.store(ends, 1, BigInt(Math.floor(wallMs)))
  }
  return {
    shared,
    isOver: () =>
      BigInt(Math.floor(clock.monotonicMs())) >= Atomics.load(ends, 0) ||
      BigInt(Math.floor(clock.wallMs())) >= Atomics.load(ends, 1),
    extend: (from, ms) => end(from.monotonicMs + ms, from.wallMs + ms),
    end: () => end(0, 0),
  }
}
