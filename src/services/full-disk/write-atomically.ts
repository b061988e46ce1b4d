import type { State, StateParts } from '#state/state.ts'
import { isFull, isUnwritable } from './deferred-writes.ts'

type Write = (state: State, act: (parts: StateParts) => Promise<unknown>) => Promise<void>

/** In one transaction; after such a failure each part by itself, as it can be kept then. */
const inOneOrEach =
  (isMeant: (error: unknown) => boolean): Write =>
  async (state, act) => {
    try {
      await state.transaction(act)
    } catch (error) {
      if (!isMeant(error)) throw error
      await act(state)
    }
  }

/**
 * Writes what belongs together, all or nothing; on a full disk, each part as it can be kept there.
 */
export const writeAtomically = inOneOrEach(isFull)

/**
 * The same for what has happened already: also while the state does not answer, each part as it can
 * be kept.
 */
export const writeEventually = inOneOrEach(isUnwritable)
