import type { BatchOutcome } from '#gc/ports/registry-remover.ts'
import { errorOf, outcomeOf, type FailedCall } from './protocol.ts'

const kinds = ['removed', 'absent', 'in use', 'not tried', 'failed'] as const

/** What came of many removals, on the way between threads: two columns cost less than many objects. */
export interface PackedOutcomes {
  readonly kinds: Uint8Array<ArrayBuffer>
  /** What each gave back. */
  readonly bytes: Float64Array<ArrayBuffer>
  readonly failures: readonly (readonly [position: number, failure: FailedCall])[]
}

export function packOutcomes(outcomes: readonly BatchOutcome[]): PackedOutcomes {
  const failures: [number, FailedCall][] = []
  for (const [position, outcome] of outcomes.entries()) {
    if (outcome.kind === 'failed') failures.push([position, outcomeOf(outcome.error)])
  }
  return {
    kinds: Uint8Array.from(outcomes, ({ kind }) => kinds.indexOf(kind)),
    bytes: Float64Array.from(outcomes, (outcome) =>
      outcome.kind === 'removed' ? outcome.bytes : 0,
    ),
    failures,
  }
}

export function unpackOutcomes(packed: PackedOutcomes): BatchOutcome[] {
  const outcomes = Array.from(packed.kinds, (code, position): BatchOutcome => {
    const kind = kinds[code] ?? 'failed'
    if (kind === 'removed') return { kind, bytes: packed.bytes[position] ?? 0 }
    return kind === 'failed' ? { kind, error: null } : { kind }
  })
  for (const [position, failure] of packed.failures) {
    outcomes[position] = { kind: 'failed', error: errorOf(failure) }
  }
  return outcomes
}
