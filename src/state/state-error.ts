/**
 * - `DAMAGED`: the stored data has not the expected form.
 * - `NEWER_SCHEMA`: written by a later version of Jetsam.
 * - `UNAVAILABLE`: it cannot be opened at all (no permission, no such folder, locked), or a database
 *   does not answer now.
 * - `NO_SUCH_ACCOUNT`, `NO_SUCH_JOB`: something was added to what does not exist.
 * - `FULL`: there is no room for it; nothing of it was written.
 * - `FAILED`: everything else.
 */
export type StateErrorCode =
  | 'DAMAGED'
  | 'NEWER_SCHEMA'
  | 'UNAVAILABLE'
  | 'NO_SUCH_ACCOUNT'
  | 'NO_SUCH_JOB'
  | 'FULL'
  | 'FAILED'

/** A failure of the state. The message is one sentence that tells a person what to do. */
export class StateError extends Error {
  readonly code: StateErrorCode

  constructor(code: StateErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'StateError'
    this.code = code
  }
}
