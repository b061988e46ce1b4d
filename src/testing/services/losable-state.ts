import { checkingEachCall } from '#adapters/sql/each-call.ts'
import type { State } from '#state/state.ts'
import { StateError } from '#state/state-error.ts'

export interface LosableState {
  readonly state: State
  lose(): void
  find(): void
  /** Rejects while it is lost. */
  expectState(): Promise<void>
}

/** A state whose database answers nothing while it is lost, neither writes nor reads. */
export function losable(inner: State): LosableState {
  let isLost = false
  async function expectState(): Promise<void> {
    if (isLost) throw new StateError('UNAVAILABLE', 'the database at postgres://secret is gone')
  }
  return {
    state: checkingEachCall(inner, expectState),
    lose: () => void (isLost = true),
    find: () => void (isLost = false),
    expectState,
  }
}
