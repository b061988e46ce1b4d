import type { State, StateParts } from '#state/state.ts'
import { isFull, isUnwritable } from './deferred-writes.ts'

/**
 * Writes what belongs together, all or nothing; on a full disk, each part as it can be kept there.
 */
export async function writeAtomically(
  state: State,
  act: (parts: StateParts) => Promise<unknown>,
): Promise<void> {
  try {
    await state.transaction(act)
  } catch (error) {
    if (!isFull(error)) throw error
    await act(state)
  }
}

/**
 * The same for what has happened already: also while the state does not answer, each part as it can
 * be kept.
 */
export async function writeEventually(
  state: State,
  act: (parts: StateParts) => Promise<unknown>,
): Promise<void> {
  try {
    await state.transaction(act)
  } catch (error) {
    if (!isUnwritable(error)) throw error
    await act(state)
  }
}
