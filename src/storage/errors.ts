/** What can go wrong with a byte store, on any platform. */
export type StoreErrorCode =
  | 'NOT_FOUND'
  | 'FULL'
  | 'READ_ONLY'
  | 'DENIED'
  /** The key has no valid form, or a symbolic link on its path leads elsewhere. */
  | 'INVALID_PATH'
  /** This process no longer holds the store: another one may be writing to it. */
  | 'NOT_HELD'
  /** A removal of the key was sent and never answered: it may still come. */
  | 'UNSETTLED'
  | 'FAILED'

/** An error of a store, with the key, and with the platform's own error as its cause. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  readonly key: string

  constructor(code: StoreErrorCode, key: string, options?: { cause?: unknown }) {
    super(`storage: ${code.toLowerCase().replaceAll('_', ' ')}: ${key}`, options)
    this.name = 'StoreError'
    this.code = code
    this.key = key
  }
}

/** Whether a store may still do, late, what it has answered with this error, or not at all. */
export const mayStillBeDone = (error: unknown): boolean =>
  !(error instanceof StoreError) || error.code === 'FAILED' || error.code === 'UNSETTLED'
