import type { Intent, Intents } from '#coordination/intents.ts'
import type { Wait } from '#domain/time/clock.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'
import type { Digest } from '#domain/values/digest.ts'
import { StateError } from '#state/state-error.ts'
import type { Agreement } from './agreement.ts'
import type { Membership } from './membership.ts'
import type { Clocks } from './steady-clocks.ts'

export interface PostgresIntentOptions {
  readonly agreement: Agreement
  readonly membership: Membership
  readonly clocks: Clocks
  readonly wait: Wait
  /** How long a push waits for a removal, in milliseconds. Default 1 min. */
  readonly patienceMs?: number
}

/** How often a wait looks again, should a notification be lost. */
const lookMs = 250

/** The intents of one of several servers: a transaction before, and one after, each manifest. */
export function createPostgresIntents(options: PostgresIntentOptions): Intents {
  const { agreement, membership, clocks, wait, patienceMs = 60_000 } = options

  async function begun(reach: readonly Digest[], isConfirmed: boolean): Promise<Intent> {
    const elapsedMs = createStopwatch({ nowMs: clocks.monotonicMs })
    const server = membership.current()
    for (;;) {
      const next = Promise.race([membership.changed(), wait(lookMs)])
      const id = await agreement.intend(server, reach, { isConfirmed })
      if (id !== null) {
        return {
          confirm: () => agreement.confirm(server, id),
          withdraw: () => agreement.withdraw(id),
        }
      }
      if (elapsedMs() >= patienceMs) {
        const message =
          'something that this image needs is being removed, and the storage has not answered yet: try again in a few minutes'
        throw new StateError('UNAVAILABLE', message)
      }
      await next
      membership.current()
    }
  }

  return {
    intend: (reach) => begun(reach, false),
    promise: (reach) => begun(reach, true),
  }
}
