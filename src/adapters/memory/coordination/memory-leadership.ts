import type { Leadership, LeadershipTerm } from '#coordination/leadership.ts'
import { StoreError } from '#storage/errors.ts'

/** What is led: a memory, which all that may lead share. */
export interface MemoryLead {
  /** @param what describes the holder, for the person who is refused */
  candidate(what: string): Leadership
  /**
   * The present holder does not answer any more, so the next one takes over. Nothing that shares a
   * memory dies alone: only a test says this.
   */
  holderSeemsDead(): void
}

/** Tokens begin again with each memory, and so does what they guard. */
export function createMemoryLead(): MemoryLead {
  let newest = 0
  let holder: string | null = null

  function begin(what: string): LeadershipTerm {
    newest += 1
    holder = what
    const token = newest
    const losing = new AbortController()
    let isReleased = false
    return {
      token,
      isHeld: () => !isReleased && !losing.signal.aborted,
      lost: losing.signal,
      mayWrite() {
        if (!isReleased && token === newest) return undefined
        if (!isReleased) losing.abort(`${holder ?? 'another holder'} has taken over`)
        return Promise.reject(new StoreError('NOT_HELD', what))
      },
      async release() {
        isReleased = true
        if (token === newest) holder = null
      },
    }
  }

  return {
    candidate: (what) => ({
      acquire: async () =>
        holder === null ? { ok: true, term: begin(what) } : { ok: false, holder },
    }),
    holderSeemsDead() {
      holder = null
    },
  }
}
