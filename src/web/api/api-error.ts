import type { ErrorCode } from '#contract/errors.ts'

/** What the page itself can find wrong with an answer, beside the codes that the server sends. */
export type ClientErrorCode = 'UNREACHABLE' | 'UNEXPECTED_ANSWER'

/**
 * A call that did not do what was asked.
 *
 * `status` is the HTTP status, 0 when there was no answer at all. `message` is written for the
 * person in front of the screen: the server's own words wherever it said any.
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

/** No answer came: the network or the server is away. Nothing is known about the session. */
export const isUnreachable = (error: unknown): boolean => isApiError(error, 'UNREACHABLE')

/** The server does not know who is asking: sign in again. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 401

/** What to tell a person about any error: a sentence, for the server's words begin in lower case. */
export function messageOf(error: unknown): string {
  const words = error instanceof Error ? error.message.trim() : ''
  if (words === '') return 'Something went wrong.'
  return asSentence(words)
}

/** Words of the server, which begin small as in a log, with a capital and a full stop. */
export function asSentence(words: string): string {
  const sentence = words.charAt(0).toUpperCase() + words.slice(1)
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`
}
