import type { State, StateParts } from '#state/state.ts'
import { isFull } from './deferred-writes.ts'

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
