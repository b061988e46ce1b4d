import { createChangeSignal } from '#coordination/change-signal.ts'
import type {
  GateClosing,
  GateKeeper,
  GateRefusal,
  GateRequest,
  PushGate,
} from '#coordination/push-gate.ts'
import { CollectionError } from '#domain/collection/collection-error.ts'
import { longestHoldMs } from '#domain/policy/collection-policy.ts'
import type { Clock, Wait } from '#domain/time/clock.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'
import { createWriters } from '#coordination/push-writers.ts'

export interface PushGateOptions {
  readonly clock: Clock
  readonly wait: Wait
}

/** How often a wait checks the stop signal and idle pushes. */
const lookMs = 200
/** A collection does not wait for a push that made no call for this long. */
const idleMs = 5_000

/** The gate of one process. It is open at first, and runs no timers while it is open. */
export function createMemoryPushGate({ clock, wait }: PushGateOptions): PushGate & GateKeeper {
  const writers = createWriters(clock, idleMs)
  let closing: GateClosing | null = null
  let closed = false
  let opensAtMs: number | null = null
  const opened = createChangeSignal()

  const admits = ({ repository }: GateRequest): boolean =>
    closing === null ||
    // Only while the gate is closing: what a running push still needs in order to finish.
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

  function openNow(): void {
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
        openNow()
        throw error
      } finally {
        closed = closing !== null
      }
    },
    estimate(remainingMs) {
      opensAtMs = remainingMs === null ? null : clock.nowMs() + remainingMs
    },
    open: async () => openNow(),
  }
}
