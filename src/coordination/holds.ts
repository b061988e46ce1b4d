import type { Digest } from '#domain/values/digest.ts'
import { CollectionError } from '#domain/collection/collection-error.ts'
import type { Clock } from '#domain/time/clock.ts'

/**
 * What clients rely on while a collection runs, so that it leaves that alone: whatever they are told
 * exists, and whatever is written for them.
 */
export interface Holds {
  /**
   * Does something for a client. What it names to `hold`, before it looks whether it is there, is
   * held meanwhile, and from then on by a collection that runs when this is over, until that has
   * ended. An act that `onlyLooked` leaves nothing held if it found nothing, nor where pushes that
   * would rely on the answer are kept out.
   */
  during<T>(
    act: (hold: (digest: Digest) => void, onlyLooked: (isThere: boolean) => void) => Promise<T>,
  ): Promise<T>
  /** Asked just before a deletion. */
  isHeld(digest: Digest): boolean
  /**
   * A push to the repository relies on the digest, and goes on: collections that begin in the
   * middle of it hold it as well, if they let pushes go on.
   */
  remember(repository: string, digest: Digest): void
  /** No push to the repository relies on it any more: a manifest does, or it was deleted. */
  forget(repository: string, digest: Digest): void
}

/** The collector's side of `Holds`. */
export interface HoldKeeper {
  /**
   * Begins to hold: to be called before the first look at storage, for what is written from then on
   * may be missing in the inventory. `withRemembered`: also what pushes were told before, which go on.
   * Throws `CollectionError` `GATE_CLOSED` when another collection has begun.
   */
  begin(options: { readonly withRemembered: boolean }): void
  /** Lets go of everything. To be called when nothing is removed any more. */
  end(): void
}

export interface HoldsOptions {
  readonly clock: Clock
  /** A push of which nothing was heard for so long is over. Default 1 h. */
  readonly rememberedMs?: number
  /** With more than so many digests the oldest are forgotten: a push may fail, no image does. */
  readonly mostRemembered?: number
  /** With more than so many held, everything is: a collection then removes nothing more. */
  readonly mostHeld?: number
}

interface Told {
  atMs: number
  readonly repositories: Set<string>
}

const always = (): boolean => true

/** The holds of one process. */
export function createHolds(options: HoldsOptions): Holds & HoldKeeper {
  const { clock, rememberedMs = 3_600_000 } = options
  const { mostRemembered = 100_000, mostHeld = 1_000_000 } = options
  /** What acts under way have named, and how many of them. */
  const underWay = new Map<Digest, number>()
  /** The longest ago first. */
  const remembered = new Map<Digest, Told>()
  let held: Set<Digest> | null = null
  let pushesGoOn = false

  const isRecent = ({ atMs }: Told): boolean => clock.nowMs() - atMs < rememberedMs

  function hold(digest: Digest): void {
    if (held !== null && held.size <= mostHeld) held.add(digest)
  }

  function forgetOldest(): void {
    for (const [digest, told] of remembered) {
      if (remembered.size <= mostRemembered && isRecent(told)) return
      remembered.delete(digest)
    }
  }

  return {
    async during(act) {
      const named = new Set<Digest>()
      let staysHeld = always
      try {
        return await act(
          (digest) => {
            if (!named.has(digest)) underWay.set(digest, (underWay.get(digest) ?? 0) + 1)
            named.add(digest)
          },
          (isThere) => (staysHeld = () => isThere && pushesGoOn),
        )
      } finally {
        for (const digest of named) {
          if (staysHeld()) hold(digest)
          const others = (underWay.get(digest) ?? 1) - 1
          if (others === 0) underWay.delete(digest)
          else underWay.set(digest, others)
        }
      }
    },

    isHeld: (digest) =>
      held !== null && (held.size > mostHeld || held.has(digest) || underWay.has(digest)),

    remember(repository, digest) {
      if (pushesGoOn) hold(digest)
      const repositories = remembered.get(digest)?.repositories ?? new Set()
      remembered.delete(digest)
      remembered.set(digest, { atMs: clock.nowMs(), repositories: repositories.add(repository) })
      forgetOldest()
    },

    forget(repository, digest) {
      const told = remembered.get(digest)
      told?.repositories.delete(repository)
      if (told?.repositories.size === 0) remembered.delete(digest)
    },

    begin({ withRemembered }) {
      if (held !== null) {
        throw new CollectionError('GATE_CLOSED', 'another collection is running already')
      }
      held = new Set()
      pushesGoOn = withRemembered
      if (!withRemembered) return
      for (const [digest, told] of remembered) if (isRecent(told)) hold(digest)
    },

    end() {
      held = null
    },
  }
}
