import { AgreementError, type AgreementErrorCode } from '#coordination/agreement-error.ts'
import type { Membership } from './membership.ts'
import type { Clocks } from './steady-clocks.ts'

/** A server looks so often what is over. */
const beatMs = 5000

/** Says what is closed, and until when: a beat after nothing can come any more. */
export type ClosedForNow = (
  code: AgreementErrorCode,
  what: string,
  batches: readonly number[],
) => AgreementError

export function createClosedForNow(
  membership: Pick<Membership, 'settlesInMs'>,
  clocks: Clocks,
): ClosedForNow {
  return (code, what, batches) => {
    const leftMs = membership.settlesInMs(batches) + beatMs
    return new AgreementError(
      code,
      `${what} until ${minuteOf(clocks.wallMs() + leftMs)} at the latest: a server that had asked the storage for a change has ended, or got no answer, and the storage may still make it. Try again then; pulls go on`,
      leftMs,
    )
  }
}

/** `22:31 UTC`: the minute by whose end it has passed. */
const minuteOf = (ms: number): string =>
  `${new Date(Math.ceil(ms / 60_000) * 60_000).toISOString().slice(11, 16)} UTC`
