import { CollectionError } from '#domain/collection/collection-error.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { GateClosing, GateKeeper } from '#coordination/push-gate.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'

/**
 * Closes the gate, runs `act`, and opens the gate again, also after a failure. Resolves to how long
 * it was closed. Rejects with `CollectionError`, without having run `act`, when a push does not
 * finish in time.
 */
export async function whileGateClosed<T>(
  gate: GateKeeper,
  closing: GateClosing,
  clock: Clock,
  act: () => Promise<T>,
): Promise<{ readonly value: T; readonly closedMs: number }> {
  const closedMs = createStopwatch(clock)
  const outcome = await gate.close(closing)
  try {
    if (outcome === 'busy') {
      throw new CollectionError(
        'PUSHES_UNDER_WAY',
        `a push was still being finished after ${Math.round(closing.maximumWaitMs / 1000)} s; nothing was removed`,
      )
    }
    return { value: await act(), closedMs: closedMs() }
  } finally {
    await gate.open()
  }
}
