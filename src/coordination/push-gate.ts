import { longestHoldMs, type PushMode } from '#domain/policy/collection-policy.ts'
import { createChangeSignal } from './change-signal.ts'
import { CollectionError } from '#domain/collection/collection-error.ts'
import type { Clock, StopSignal, Wait } from '#domain/time/clock.ts'
import { createWriters } from './push-writers.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'

export interface GateRequest {
  readonly repository: string
  /** `upload`: bytes, a mount, or the start of either. `commit`: a manifest. */
  readonly step: 'upload' | 'commit'
  /**
   * What a commit names its manifest by; `tag` unless told. A manifest committed by digest is
   * usually followed by the index that lists it, so the push counts as under way until it is idle.
   */
  readonly reference?: 'tag' | 'digest'
  /**
   * How long to wait for a gate that keeps writers out, in milliseconds. Unless told, the mode of
   * the collection decides: not at all, or as long as it holds pushes.
   */
  readonly patienceMs?: number
}

export interface GateRefusal {
  readonly entered: false
  /** About how long the gate stays closed; null while nobody can tell. */
  readonly secondsLeft: number | null
}

export interface GatePass {
  readonly entered: true
  /** To be called when the write is over, however it ended. Calling it again does nothing. */
  leave(): void
  /** More bytes of the client are waited for. A collection does not wait for an upload that trickles. */
  awaits(): void
  /** So many more have come. */
  got(bytes: number): void
}

export type GateAnswer = GatePass | GateRefusal

/** The writers' side. Pulls, deletions and tags do not pass the gate. */
export interface PushGate {
  /**
   * Asks to write. Answers at once while the gate is open or refuses pushes; takes its time for
   * the patient, and in a mode that holds pushes. Callers must `leave()` in a `finally`.
   */
  enter(request: GateRequest): Promise<GateAnswer>
}

export interface GateClosing {
  readonly mode: Exclude<PushMode, 'accept-pushes'>
  /** How long those inside, and pushes under way, may take to finish. */
  readonly maximumWaitMs: number
  readonly signal?: StopSignal
}

/** The collector's side. Whoever closes the gate opens it, whatever happens. */
export interface GateKeeper {
  /**
   * Refuses new pushes from now on and resolves when those under way are over: `closed`, or
   * `stopped` by the signal. After the longest wait, uploads that still run are left to themselves
   * (what they write is no candidate); a manifest that is still being committed makes it `busy`,
   * for it may name what would be deleted. The gate is closed in all three cases.
   * Rejects with `CollectionError` `GATE_CLOSED` when it is closed already.
   */
  close(closing: GateClosing): Promise<'closed' | 'stopped' | 'busy'>
  /** How long the collection will take, for those who are refused. */
  estimate(remainingMs: number | null): void
  open(): void
}

export interface PushGateOptions {
  readonly clock: Clock
  readonly wait: Wait
}

/** How often those who wait look at the stop signal and at idle pushes. */
const lookMs = 200
/** A push without any call for so long is not waited for. */
const idleMs = 5_000

/** The gate of one process. Opens when made; no timers run while it is open. */
export function createPushGate({ clock, wait }: PushGateOptions): PushGate & GateKeeper {
  const writers = createWriters(clock, idleMs)
  let closing: GateClosing | null = null
  let closed = false
  let opensAtMs: number | null = null
  const opened = createChangeSignal()

  const admits = ({ repository }: GateRequest): boolean =>
    closing === null ||
    // Only while closing: what a push under way still needs to be finished.
    (!closed && writers.underWayIn(repository))

  const patienceOf = ({ patienceMs }: GateRequest): number =>
    patienceMs ?? (closing?.mode === 'hold-pushes' ? longestHoldMs : 0)

  const refusal = (): GateRefusal => ({
    entered: false,
    secondsLeft:
      opensAtMs === null ? null : Math.max(1, Math.ceil((opensAtMs - clock.nowMs()) / 1000)),
  })

  async function pushesFinish(next: GateClosing): Promise<'closed' | 'stopped' | 'busy'> {
    const elapsedMs = createStopwatch(clock)
    while (writers.underWay()) {
      if (next.signal?.aborted) return 'stopped'
      const leftMs = next.maximumWaitMs - elapsedMs()
      if (leftMs <= 0) return writers.committing() ? 'busy' : 'closed'
      await Promise.race([writers.changed(), wait(Math.min(leftMs, lookMs))])
    }
    return 'closed'
  }

  function open(): void {
    closing = null
    closed = false
    opensAtMs = null
    opened.fire()
  }

  return {
    async enter(request) {
      const elapsedMs = createStopwatch(clock)
      while (!admits(request)) {
        const leftMs = patienceOf(request) - elapsedMs()
        if (leftMs <= 0) return refusal()
        await Promise.race([opened.next(), wait(leftMs)])
      }
      return { entered: true, ...writers.admit(request) }
    },

    async close(next) {
      if (closing !== null) {
        throw new CollectionError('GATE_CLOSED', 'another collection keeps pushes out already')
      }
      closing = next
      try {
        return await pushesFinish(next)
      } catch (error) {
        open()
        throw error
      } finally {
        closed = closing !== null
      }
    },
    estimate(remainingMs) {
      opensAtMs = remainingMs === null ? null : clock.nowMs() + remainingMs
    },
    open,
  }
}
