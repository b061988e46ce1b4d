/**
 * - `BEING_REMOVED`: what is needed is being removed, and the storage has not answered yet.
 * - `LOCKED`: another server changes the same, or its change has no answer yet.
 * - `CUT_OFF`: this server does not know what the others have agreed on.
 */
export type AgreementErrorCode = 'BEING_REMOVED' | 'LOCKED' | 'CUT_OFF'

/**
 * One of several servers cannot do now what it was asked for, and has changed nothing that a client
 * was told of. The message is for people, and says what they can do.
 */
export class AgreementError extends Error {
  readonly code: AgreementErrorCode
  /** In how many milliseconds it may be possible; null: soon. */
  readonly retryAfterMs: number | null

  constructor(code: AgreementErrorCode, message: string, retryAfterMs: number | null = null) {
    super(message)
    this.name = 'AgreementError'
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** Changes are closed for a while: who can do without them leaves them for later. */
export const isLocked = (error: unknown): error is AgreementError =>
  error instanceof AgreementError && error.code === 'LOCKED'
