/**
 * Lets one process at a time change something that several can reach: a storage, a state. The one
 * that leads has a term; each term has a number, so that what writes late can be told from what may.
 */
export interface Leadership {
  /**
   * Takes the lead. Does not wait for a holder that lives; finding out that one has died may take a
   * while. Rejects if that cannot be told, as on a disk that fails.
   */
  acquire(): Promise<
    | { readonly ok: true; readonly term: LeadershipTerm }
    /** The holder, in words that a person can act on: `process 4711 on host build-3`. */
    | { readonly ok: false; readonly holder: string }
  >
}

/** The time from taking the lead until its end: released, or lost to another process. */
export interface LeadershipTerm {
  /**
   * The fencing token. It is larger than that of every earlier term, also after restarts, and after
   * a process took over from one that seemed dead.
   */
  readonly token: number
  /**
   * By this process's clocks and by what it was told so far: it asks nothing, so another process
   * may lead already. For what is shown and for what can be repeated, never before a change.
   */
  isHeld(): boolean
  /** Aborts once the term is lost, with a sentence as its reason. Not when it is released. */
  readonly lost: AbortSignal
  readonly mayWrite: MayWrite
  /** Ends the term, so that the next process need not wait. */
  release(): Promise<void>
}

/**
 * Call it before each change, and await the promise that it may return. It compares the token with
 * the one that counts now, also where this process's clocks say that the term goes on, and rejects
 * with an error of the code `NOT_HELD` once a later term has begun. Rejects with another error if
 * that cannot be told.
 *
 * It cannot promise what happens after it has answered: a process that is paused between this call
 * and its change makes the change when it continues. So call it last.
 *
 * @param part of a change that is not visible yet, or of one that was allowed to begin: this may
 *   check clocks alone
 */
export type MayWrite = (part?: 'part') => Promise<void> | undefined
