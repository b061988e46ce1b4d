/**
 * Why a collection ended before its first deletion:
 * - `STORAGE_FAILED`: storage rejected a call; `data.doing` says which.
 * - `LISTING_FAILED`: a listing broke off, so that the content of the store is unknown.
 * - `TRASH_UNREADABLE`: the trash, whose entries are roots, could not be read.
 * - `LAYERS_HIDDEN`: a repository's layer links cannot be listed.
 * - `PUSHES_UNDER_WAY`: a manifest was still being committed when the wait for pushes was over.
 * - `GATE_CLOSED`: another collection holds the push gate.
 * - `SERVERS_SILENT`: of several servers, one did not answer in time, or this one was counted out.
 */
export type CollectionErrorCode =
  | 'STORAGE_FAILED'
  | 'LISTING_FAILED'
  | 'TRASH_UNREADABLE'
  | 'LAYERS_HIDDEN'
  | 'PUSHES_UNDER_WAY'
  | 'GATE_CLOSED'
  | 'SERVERS_SILENT'

export interface CollectionErrorData {
  readonly doing?: string
  readonly repository?: string
}

/** A collection stopped with everything still in place. The message is for people. */
export class CollectionError extends Error {
  readonly code: CollectionErrorCode
  readonly data: CollectionErrorData

  constructor(
    code: CollectionErrorCode,
    message: string,
    options: { readonly data?: CollectionErrorData; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'CollectionError'
    this.code = code
    this.data = options.data ?? {}
  }
}

/** The message of any thrown value. */
export const reasonOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause)
