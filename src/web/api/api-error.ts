import type { ErrorCode } from '#contract/errors.ts'

/** The errors that the page itself finds, beside the codes that the server sends. */
export type ClientErrorCode = 'UNREACHABLE' | 'UNEXPECTED_ANSWER'

/**
 * A failed call.
 *
 * `status` is the HTTP status, or 0 when no answer arrived. `message` is for the person in front of
 * the screen: it has the server's own words if the server sent any.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly detail: unknown

  constructor(
    of: { status: number; code: string; message: string; detail?: unknown },
    options?: ErrorOptions,
  ) {
    super(of.message, options)
    this.status = of.status
    this.code = of.code
    this.detail = of.detail
  }
}

export const isApiError = (error: unknown, code?: ErrorCode | ClientErrorCode): error is ApiError =>
  error instanceof ApiError && (code === undefined || error.code === code)

/** No answer arrived: the network or the server is down. The session may still be valid. */
export const isUnreachable = (error: unknown): boolean => isApiError(error, 'UNREACHABLE')

/** The server does not know who sends the request: the person must sign in again. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 401

/**
 * A sentence that explains any error to a person. The server's own messages begin in lower case.
 */
export function messageOf(error: unknown): string {
  if (isApiError(error, 'NOT_AUTHENTICATED')) return 'Your session had ended. Try again.'
  const words = error instanceof Error ? error.message.trim() : ''
  if (words === '') return 'Something went wrong.'
  return asSentence(words)
}

/** Turns a message of the server, which begins in lower case, into a sentence. */
export function asSentence(words: string): string {
  // Code stands between backticks there; a sentence has quotation marks.
  const plain = words.replaceAll(/`([^`]*)`/g, '“$1”')
  const sentence = plain.charAt(0).toUpperCase() + plain.slice(1)
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`
}
