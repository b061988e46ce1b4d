import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { Pause } from '#domain/time/clock.ts'
import type { PreviewRow } from './preview-summary.ts'

/** Rows by what becomes of them, beside what the policies in force do to them. */
export interface VerdictChanges {
  /** Would go, and do not by the policies in force. */
  readonly nowRemoved: number
  /** Go by the policies in force, and would stay. */
  readonly noLongerRemoved: number
  /** Stay in both cases, for another kind of reason. */
  readonly otherwise: number
}

/** What the policies in force say of the rows of a draft. */
export interface ComparedVerdicts {
  /** By the row of the draft. One that is not among them stays, because it was not judged. */
  readonly inForce: ReadonlyMap<PreviewRow, PreviewRow>
  readonly changes: VerdictChanges
}

/** How a row changes; null: it does not. */
export function changeOf(row: PreviewRow, inForce: PreviewRow | null): keyof VerdictChanges | null {
  const before = inForce?.verdict ?? 'unmatched'
  if (row.verdict === before) return null
  if (row.verdict === 'removed') return 'nowRemoved'
  return before === 'removed' ? 'noLongerRemoved' : 'otherwise'
}

/** A tag that was moved between the two looks is another row. */
const keyOf = ({ repository, tag, digest }: PreviewRow): string =>
  `${repository} ${tag ?? ''} ${digest}`

/** Compares the rows of a draft with those of the policies in force, which are in any order. */
export async function compareVerdicts(
  rows: readonly PreviewRow[],
  rowsInForce: readonly PreviewRow[],
  pause: Pause,
): Promise<ComparedVerdicts> {
  const maybeYield = createMaybeYield(pause)
  const byKey = new Map<string, PreviewRow>()
  for (const row of rowsInForce) {
    byKey.set(keyOf(row), row)
    const yielding = maybeYield()
    if (yielding) await yielding
  }
  const inForce = new Map<PreviewRow, PreviewRow>()
  const changes = { nowRemoved: 0, noLongerRemoved: 0, otherwise: 0 }
  for (const row of rows) {
    const before = byKey.get(keyOf(row)) ?? null
    if (before !== null) inForce.set(row, before)
    const change = changeOf(row, before)
    if (change !== null) changes[change] += 1
    const yielding = maybeYield()
    if (yielding) await yielding
  }
  return { inForce, changes }
}
