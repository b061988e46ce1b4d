import type { Clock } from '#domain/time/clock.ts'
import type { Look } from '#gc/look.ts'

/** The last look at the whole store, for questions that need one. */
export interface KeptLook {
  /**
   * A look from after the last change, with nothing in it that was read more than a minute ago:
   * other software may write to the storage too. It rejects as looking does.
   */
  current(): Promise<Look>
  /**
   * A look that began before this does not answer later questions.
   * @param repository the only one that may have changed, with the blobs and the trash; absent: any
   */
  registryChanged(repository?: string): void
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

/** What may have changed since a look began. */
interface Changes {
  readonly repositories: Set<string>
  everything: boolean
}

interface UnderWay {
  readonly changes: Changes
  /** How many changes there had been when it began. */
  readonly version: number
  readonly looking: Promise<Look>
}

const noChanges = (): Changes => ({ repositories: new Set(), everything: false })

const isUnchanged = ({ repositories, everything }: Changes): boolean =>
  !everything && repositories.size === 0

/** One look at a time, which all concurrent questions share. */
export function createKeptLook({ clock, lookAtStore, isCollecting }: KeptLookDeps): KeptLook {
  let version = 0
  /** The last look, and what has changed since it began. */
  let last: { readonly look: Look; readonly changes: Changes } | null = null
  let underWay: UnderWay | null = null

  /** Forgets it where nothing of it is of use any more. */
  function lastOfUse(): typeof last {
    const ageMs = last === null ? 0 : clock.nowMs() - last.look.readAtMs
    // A clock that was set back must not keep it forever.
    if (ageMs < 0 || ageMs >= maxAgeMs || isCollecting() || last?.changes.everything) last = null
    return last
  }

  async function look(changes: Changes): Promise<Look> {
    const before = lastOfUse()
    last = null
    try {
      const taken = await (before
        ? before.look.again((repository) => before.changes.repositories.has(repository))
        : lookAtStore())
      last = { look: taken, changes }
      return taken
    } finally {
      underWay = null
    }
  }

  return {
    async current() {
      const askedAt = version
      for (;;) {
        const found = lastOfUse()
        if (found !== null && isUnchanged(found.changes)) return found.look
        if (underWay === null) break
        const { version: begunAt, looking } = underWay
        if (begunAt >= askedAt) return looking
        await looking.catch(() => {})
      }
      const changes = noChanges()
      underWay = { changes, version, looking: look(changes) }
      return underWay.looking
    },
    registryChanged(repository) {
      version += 1
      for (const changes of [last?.changes, underWay?.changes]) {
        if (changes === undefined) continue
        if (repository === undefined) changes.everything = true
        else changes.repositories.add(repository)
      }
      lastOfUse()
    },
    forgetOld: () => void lastOfUse(),
  }
}
