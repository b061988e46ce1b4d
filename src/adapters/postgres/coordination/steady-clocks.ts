/** The clocks of this machine. Neither of them alone can be trusted to go on. */
export interface Clocks {
  /** Milliseconds of a clock that cannot be set. It may stand still while the machine sleeps. */
  monotonicMs(): number
  /** Milliseconds since the epoch. It may be set. */
  wallMs(): number
}

export const systemClocks: Clocks = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
}

export interface Moment {
  readonly monotonicMs: number
  readonly wallMs: number
}

export const momentOf = (clocks: Clocks): Moment => ({
  monotonicMs: clocks.monotonicMs(),
  wallMs: clocks.wallMs(),
})

/** So many milliseconds have passed at most: to find out what may have ended for oneself. */
export const longestSince = (clocks: Clocks, { monotonicMs, wallMs }: Moment): number =>
  Math.max(clocks.monotonicMs() - monotonicMs, clocks.wallMs() - wallMs)

/** So many milliseconds have passed at least: to find out what has ended for others. */
export const shortestSince = (clocks: Clocks, { monotonicMs, wallMs }: Moment): number =>
  Math.min(clocks.monotonicMs() - monotonicMs, clocks.wallMs() - wallMs)

/**
 * How long each of some things has stayed as it is, as far as this process has seen it. It begins to
 * count when it sees one first, so a restart only makes it wait for longer.
 */
export function createWatch(clocks: Clocks) {
  let seen = new Map<string, Moment>()
  return {
    /** How long one has been there, as far as it was seen; 0: it was not. */
    sinceMs(name: string): number {
      const since = seen.get(name)
      return since === undefined ? 0 : shortestSince(clocks, since)
    },
    /** What could not be watched has to be seen for as long again. */
    beginAgain(): void {
      seen = new Map()
    },
    /** Looks at all there are. Returns those that have been there for so long. */
    look(present: readonly string[], ms: number): readonly string[] {
      seen = new Map(present.map((name) => [name, seen.get(name) ?? momentOf(clocks)]))
      return present.filter((name) => {
        const since = seen.get(name)
        return since !== undefined && shortestSince(clocks, since) >= ms
      })
    },
  }
}
