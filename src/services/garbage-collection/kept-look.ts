import type { Clock } from '#domain/time/clock.ts'
import type { Look } from '#gc/look.ts'
import { collectChanges, type CollectedChanges } from '#registry/inventory/changes-of-keys.ts'

/** A look, and whether it is new enough that nobody needs to ask again. */
export interface DatedLook {
  readonly look: Look
  /** False: a newer one is under way, which may know what other software wrote. */
  readonly isCurrent: boolean
}

/**
 * The last look at the whole store, for questions that decide nothing. All that was written through
 * this server before a question is in its answer; what others wrote is, as of `readAtMs`.
 *
 * Each method that asks rejects as looking does.
 */
export interface KeptLook {
  /**
   * At once, where there is a look of the last hour, and begins a newer one where it is needed.
   * @param waits for the newer one, for a decision
   */
  now(waits?: 'until current'): Promise<DatedLook>
  /** Begins a look for the next question, if there is none. Does not wait. */
  begin(): void
  /** Tells of writes that have ended, by this server, as `watchWrites` does. */
  written(keys: readonly string[], hasFailed?: boolean): void
  /** Gives the memory of a look back that answers no more questions. Call it now and then. */
  forgetOld(): void
}

export interface KeptLookDeps {
  readonly clock: Clock
  readonly lookAtStore: () => Promise<Look>
}

/** What other software writes is noticed after this time. */
const currentForMs = 60_000
/** Looking again may take at most one part in this many of the time. */
const restFactor = 10
/** A question waits for a look that takes no longer: nobody notices, and it is of now. */
const patienceMs = 100
/**
 * After this time no question is answered without looking again, and the memory is given back: a
 * person who reads an answer has forgotten by then what others may have done since.
 */
const maximumAgeMs = 3_600_000
/** Within one update, the trash is read again this often where it changes meanwhile. */
const roundsOfUpdate = 3

interface Begun {
  /** How many writes had ended when it began: all of these are in it. */
  readonly version: number
  /** What has been written since. */
  readonly changes: CollectedChanges
}

type Kept = Begun & { readonly look: Look }
type UnderWay = Begun & { readonly looking: Promise<Look> }

export function createKeptLook({ clock, lookAtStore }: KeptLookDeps): KeptLook {
  let version = 0
  let last: Kept | null = null
  let underWay: UnderWay | null = null
  /** An update of the last look. */
  let update: (Begun & { readonly ended: Promise<void> }) | null = null
  /** How long the last look at everything took. */
  let tookMs = 0
  let failedAtMs = -Infinity

  const begin = (): Begun => ({ version, changes: collectChanges() })

  /** A clock that was set back must not keep anything for ever. */
  const isWithin = (sinceMs: number, ms: number): boolean => {
    const passedMs = clock.nowMs() - sinceMs
    return passedMs >= 0 && passedMs < ms
  }

  const isCurrent = ({ readAtMs }: Look): boolean =>
    isWithin(readAtMs, Math.max(currentForMs, tookMs * restFactor))

  /** Forgets it where nothing of it is of use any more. */
  function lastOfUse(): Kept | null {
    if (last === null) return null
    const isOfUse = isWithin(last.look.readAtMs, maximumAgeMs) && !last.changes.isEverything()
    if (!isOfUse) last = null
    return last
  }

  async function lookAgain(begun: Begun): Promise<Look> {
    const startedAtMs = clock.nowMs()
    try {
      const look = await lookAtStore()
      tookMs = clock.nowMs() - startedAtMs
      failedAtMs = -Infinity
      last = { ...begun, look }
      return look
    } catch (error) {
      failedAtMs = clock.nowMs()
      throw error
    } finally {
      underWay = null
    }
  }

  function beginLook(): UnderWay {
    if (underWay === null) {
      const begun = begin()
      underWay = { ...begun, looking: lookAgain(begun) }
    }
    return underWay
  }

  /** If it fails, a question that waits for a look tells why. */
  const beginUnawaited = (): void => void beginLook().looking.catch(() => {})

  /** Brings what was written since into the last look. */
  async function updateLast(begun: Begun): Promise<void> {
    const before = lastOfUse()
    const changes = before?.changes.all()
    if (!before || !changes) return
    const look = await before.look.after(changes)
    // A look at everything may have ended in between.
    if (last === before) last = { ...begun, look }
  }

  async function updated(): Promise<void> {
    for (let round = 0; round < roundsOfUpdate; round += 1) {
      const begun = begin()
      const ended = updateLast(begun)
      update = { ...begun, ended }
      try {
        await ended
      } finally {
        update = null
      }
      // An image that is deleted or restored is moving between its repository and the trash.
      if (!begun.changes.all()?.trash) return
    }
  }

  /** Whether it includes the writes until then, and tells what has expired by now. */
  const isAsAsked = ({ look, version: includes, changes }: Kept, askedAt: number): boolean =>
    (includes >= askedAt || changes.isEmpty()) && isWithin(look.startedAtMs, currentForMs)

  /** A look with all that had been written when the question was asked. */
  async function including(askedAt: number): Promise<Look> {
    for (;;) {
      const found = lastOfUse()
      if (found !== null && isAsAsked(found, askedAt)) return found.look
      if (found === null) {
        const { version: begunAt, looking } = beginLook()
        const look = await looking
        if (begunAt >= askedAt) return look
      } else await (update?.ended ?? updated())
    }
  }

  /** The same, from a look at everything that is under way, or begins now. */
  async function waited(askedAt: number): Promise<Look> {
    await beginLook().looking
    return await including(askedAt)
  }

  return {
    async now(waits) {
      const askedAt = version
      const look = await including(askedAt)
      if (isCurrent(look)) return { look, isCurrent: true }
      if (waits || tookMs <= patienceMs) return { look: await waited(askedAt), isCurrent: true }
      if (!isWithin(failedAtMs, currentForMs)) beginUnawaited()
      return { look, isCurrent: false }
    },
    begin() {
      if (lastOfUse() === null) beginUnawaited()
    },
    written(keys, hasFailed) {
      version += 1
      for (const begun of [last, underWay, update]) begun?.changes.add(keys, hasFailed)
    },
    forgetOld: () => void lastOfUse(),
  }
}
