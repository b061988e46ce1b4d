import type { Digest } from '#domain/values/digest.ts'
import type { Clock } from '#domain/time/clock.ts'

export interface ToldOptions {
  readonly clock: Clock
  /** What a push was told of is remembered for this long after its last request. Default 1 h. */
  readonly pushMs?: number
  /** Above this number the oldest pushes are forgotten: one may fail then, but loses no image. */
  readonly maximumPushes?: number
  /** Above this number everything counts as told: a collection then removes nothing more. */
  readonly maximum?: number
}

interface Push {
  atMs: number
  readonly repositories: Set<string>
}

interface Kept {
  /** Also by a collection that keeps pushes out. */
  readonly inEveryMode: boolean
  readonly moment: number
}

/** What this server has told clients of, or is about to. It asks nobody, and is lost with it. */
export interface ToldDigests {
  /** From now on, until the returned function is called: with whether it stays remembered. */
  hold(digest: Digest): void
  /** @param remembers `if pushes continue`: unless the collection keeps pushes out */
  letGo(digest: Digest, remembers: boolean | 'if pushes continue'): void
  push(repository: string, digest: Digest): void
  endPush(repository: string, digest: Digest): void
  /** Those of the digests that a collection must leave. */
  among(digests: readonly string[], includesPushes: boolean): readonly string[]
  /** The present moment, for `forgetBefore`. */
  mark(): number
  /** No collection goes on that began before this moment: what was remembered for one ends. */
  forgetBefore(mark: number): void
  forgetAll(): void
}

export function createToldDigests(options: ToldOptions): ToldDigests {
  const { clock, pushMs = 3_600_000, maximumPushes = 100_000, maximum = 1_000_000 } = options
  /** How many running requests hold each digest. */
  const held = new Map<string, number>()
  /** Of requests that have ended. */
  const kept = new Map<string, Kept>()
  let moment = 0
  /** The oldest first. */
  const pushes = new Map<string, Push>()

  const isRecent = ({ atMs }: Push): boolean => clock.nowMs() - atMs < pushMs

  function keep(digest: string, inEveryMode: boolean): void {
    if (kept.size > maximum) return
    const before = kept.get(digest)?.inEveryMode === true
    kept.set(digest, { inEveryMode: inEveryMode || before, moment })
  }

  function forgetOldest(): void {
    for (const [digest, push] of pushes) {
      if (pushes.size <= maximumPushes && isRecent(push)) return
      pushes.delete(digest)
    }
  }

  return {
    hold: (digest) => void held.set(digest, (held.get(digest) ?? 0) + 1),
    letGo(digest, remembers) {
      if (remembers !== false) keep(digest, remembers === true)
      const others = (held.get(digest) ?? 1) - 1
      if (others === 0) held.delete(digest)
      else held.set(digest, others)
    },
    push(repository, digest) {
      keep(digest, false)
      const repositories = pushes.get(digest)?.repositories ?? new Set()
      pushes.delete(digest)
      pushes.set(digest, { atMs: clock.nowMs(), repositories: repositories.add(repository) })
      forgetOldest()
    },
    endPush(repository, digest) {
      const push = pushes.get(digest)
      push?.repositories.delete(repository)
      if (push?.repositories.size === 0) pushes.delete(digest)
    },
    among(digests, includesPushes) {
      if (kept.size > maximum) return digests
      return digests.filter((digest) => {
        if (held.has(digest) || kept.get(digest)?.inEveryMode === true) return true
        if (!includesPushes) return false
        const push = pushes.get(digest)
        return kept.has(digest) || (push !== undefined && isRecent(push))
      })
    },
    mark() {
      moment += 1
      return moment
    },
    forgetBefore(mark) {
      for (const [digest, one] of kept) if (one.moment < mark) kept.delete(digest)
    },
    forgetAll() {
      kept.clear()
      pushes.clear()
    },
  }
}
