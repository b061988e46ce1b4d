import { isLocked } from '#coordination/agreement-error.ts'
import { GivenUp } from '#coordination/given-up.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { BatchOutcome, RemovalOutcome } from '#gc/ports/registry-remover.ts'
import { leftOut } from './remove-keys.ts'

/** Nothing was touched, and it is no failure. Null: it is one. */
export function untouched(error: unknown): BatchOutcome | null {
  if (error instanceof GivenUp) return { kind: 'not tried' }
  return isLocked(error) ? { kind: 'closed', reason: error.message } : null
}

/**
 * The outcome of each item. A rejection of one becomes its outcome, and does not stop the others.
 */
export const eachOf = <T>(
  items: readonly T[],
  act: (item: T) => Promise<RemovalOutcome>,
): Promise<readonly BatchOutcome[]> =>
  Promise.all(
    items.map((item) =>
      act(item).catch(
        (error: unknown): BatchOutcome => untouched(error) ?? { kind: 'failed', error },
      ),
    ),
  )

/**
 * Removes the items that `decide` leaves open. Returns the outcomes of all items, in their order.
 */
export async function removeUndecided<T>(
  items: readonly T[],
  decide: (item: T) => BatchOutcome | null,
  remove: (undecided: readonly T[]) => Promise<readonly BatchOutcome[]>,
): Promise<readonly BatchOutcome[]> {
  const decided = items.map(decide)
  const undecided = items.filter((_, position) => decided[position] === null)
  const removals = undecided.length > 0 ? await remove(undecided) : []
  let at = -1
  return decided.map((outcome) => {
    if (outcome !== null) return outcome
    at += 1
    return removals[at] ?? leftOut
  })
}

type Parsed<T> = { readonly value: T } | { readonly error: unknown }

/** Our planner makes no item that cannot be parsed: each such item fails by itself. */
export function removeParsed<T>(
  items: readonly PlannedRemoval[],
  parse: (item: PlannedRemoval) => T,
  remove: (values: readonly T[]) => Promise<readonly BatchOutcome[]>,
): Promise<readonly BatchOutcome[]> {
  const parsed = items.map((item): Parsed<T> => {
    try {
      return { value: parse(item) }
    } catch (error) {
      return { error }
    }
  })
  return removeUndecided(
    parsed,
    (one) => ('error' in one ? { kind: 'failed', error: one.error } : null),
    (whole) => remove(whole.flatMap((one) => ('value' in one ? [one.value] : []))),
  )
}
