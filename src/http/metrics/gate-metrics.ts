import type { Clock } from '#domain/time/clock.ts'
import type { GateKeeper, PushGate } from '#coordination/push-gate.ts'
import { createCounter } from './counter.ts'
import { gauge, type MetricFamily } from './exposition.ts'

export interface MeteredGate {
  readonly gate: PushGate & GateKeeper
  families(): readonly MetricFamily[]
}

/** Wraps a gate, and measures how often and how long it kept writers out. */
export function meterGate(inner: PushGate & GateKeeper, clock: Clock): MeteredGate {
  const waits = createCounter({
    name: 'jetsam_push_gate_waits_total',
    help: 'Writes that waited for a collection.',
    from: [{}],
  })
  const waitSeconds = createCounter({
    name: 'jetsam_push_gate_wait_seconds_total',
    help: 'How long writes waited for collections.',
    from: [{}],
  })
  const refusals = createCounter({
    name: 'jetsam_push_gate_refusals_total',
    help: 'Writes that were refused because of a collection.',
    from: [{}],
  })
  let closedMsBefore = 0
  let closedAtMs: number | null = null

  const secondsSince = (startedAtMs: number): number =>
    Math.max(0, clock.nowMs() - startedAtMs) / 1000

  function opened(): void {
    if (closedAtMs !== null) closedMsBefore += secondsSince(closedAtMs) * 1000
    closedAtMs = null
  }

  const gate: PushGate & GateKeeper = {
    ...inner,

    async enter(request) {
      const wasClosed = closedAtMs !== null
      const askedAtMs = clock.nowMs()
      const answer = await inner.enter(request)
      const waitedSeconds = secondsSince(askedAtMs)
      if (wasClosed && waitedSeconds > 0) {
        waits.add({})
        waitSeconds.add({}, waitedSeconds)
      }
      if (!answer.entered) refusals.add({})
      return answer
    },

    async close(closing) {
      const begins = closedAtMs === null
      if (begins) closedAtMs = clock.nowMs()
      try {
        return await inner.close(closing)
      } catch (error) {
        if (begins) opened()
        throw error
      }
    },

    async open() {
      opened()
      await inner.open()
    },
  }

  return {
    gate,
    families: () => [
      gauge(
        'jetsam_push_gate_closed',
        'Whether a collection keeps writers out now.',
        closedAtMs === null ? 0 : 1,
      ),
      {
        name: 'jetsam_push_gate_closed_seconds_total',
        help: 'How long collections kept writers out.',
        type: 'counter',
        samples: [
          {
            value: closedMsBefore / 1000 + (closedAtMs === null ? 0 : secondsSince(closedAtMs)),
          },
        ],
      },
      waits.family(),
      waitSeconds.family(),
      refusals.family(),
    ],
  }
}
