import type { Clock } from '#domain/time/clock.ts'
import type { Look } from '#gc/look.ts'

/** The last look at the whole store, for questions that need one. */
export interface KeptLook {
  /**
   * A look from after the last change, and not older than a minute: other software may write to the
   * storage too. It rejects as looking does.
   */
  current(): Promise<Look>
  /** A look that began before this does not answer later questions. */
  registryChanged(): void
  /** Gives the memory of a look back that answers no more questions. Call it now and then. */
  forgetOld(): void
}

export interface KeptLookDeps {
  readonly clock: Clock
  readonly lookAtStore: () => Promise<Look>
  /** While a collection removes things, each question looks itself. */
  readonly isCollecting: () => boolean
}

const maxAgeMs = 60_000

/** One look at a time, which all concurrent questions share. */
export function createKeptLook({ clock, lookAtStore, isCollecting }: KeptLookDeps): KeptLook {
  let version = 0
  let kept: Look | null = null
  let underWay: { readonly version: number; readonly looking: Promise<Look> } | null = null

  function usable(): Look | null {
    if (kept === null || isCollecting()) return null
    const ageMs = clock.nowMs() - kept.startedAtMs
    // A clock that was set back must not keep it forever.
    return ageMs >= 0 && ageMs < maxAgeMs ? kept : null
  }

  async function look(begunAt: number): Promise<Look> {
    try {
      const taken = await lookAtStore()
      if (begunAt === version) kept = taken
      return taken
    } finally {
      underWay = null
    }
  }

  function forgetOld(): void {
    if (usable() === null) kept = null
  }

  return {
    async current() {
      const askedAt = version
      for (;;) {
        const found = usable()
        if (found !== null) return found
        if (underWay === null) break
        const { version: begunAt, looking } = underWay
        if (begunAt >= askedAt) return looking
        await looking.catch(() => {})
      }
      kept = null
      underWay = { version, looking: look(version) }
      return underWay.looking
    },
    registryChanged() {
      version += 1
      kept = null
    },
    forgetOld,
  }
}
