import type { DeleteOutcome, KeyFailed } from '#storage/object-store.ts'

const kinds = ['removed', 'absent', 'modified', 'not tried', 'failed'] as const

/** The outcomes of many removals between threads: two columns cost less than many objects. */
export interface PackedOutcomes {
  readonly kinds: Uint8Array<ArrayBuffer>
  /** The bytes that each freed. */
  readonly bytes: Float64Array<ArrayBuffer>
  readonly failures: readonly (readonly [position: number, failure: KeyFailed])[]
}

export function packOutcomes(outcomes: readonly DeleteOutcome[]): PackedOutcomes {
  const failures: [number, KeyFailed][] = []
  for (const [position, outcome] of outcomes.entries()) {
    if (outcome.kind === 'failed') failures.push([position, outcome])
  }
  return {
    kinds: Uint8Array.from(outcomes, ({ kind }) => kinds.indexOf(kind)),
    bytes: Float64Array.from(outcomes, (outcome) =>
      outcome.kind === 'removed' ? outcome.bytes : 0,
    ),
    failures,
  }
}

const leftOut: KeyFailed = {
  kind: 'failed',
  code: 'FAILED',
  reason: 'a storage thread left out an outcome',
}

export function unpackOutcomes(packed: PackedOutcomes): DeleteOutcome[] {
  const outcomes = Array.from(packed.kinds, (code, position): DeleteOutcome => {
    const kind = kinds[code] ?? 'failed'
    if (kind === 'removed') return { kind, bytes: packed.bytes[position] ?? 0 }
    return kind === 'failed' ? leftOut : { kind }
  })
  for (const [position, failure] of packed.failures) outcomes[position] = failure
  return outcomes
}
