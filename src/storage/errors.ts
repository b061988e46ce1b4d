/** What can go wrong with a store of bytes, on any platform. */
export type StoreErrorCode =
  | 'NOT_FOUND'
  | 'FULL'
  | 'READ_ONLY'
  | 'DENIED'
  /** No key of ours, or one on the way to which a symbolic link leads somewhere else. */
  | 'INVALID_PATH'
  /** Another process may be writing to it by now. */
  | 'NOT_HELD'
  | 'FAILED'

/** What went wrong with a store, with the key, and the platform's own error as its cause. */
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
