import type { Call } from '#contract/endpoints/call.ts'
import { statusOfErrorCode, type ErrorCode } from '#contract/errors.ts'

/** The codes with which any call may be refused. */
export const ofAnyCall: readonly ErrorCode[] = [
  'NOT_AUTHENTICATED',
  'TOO_MANY_ATTEMPTS',
  'INTERNAL',
  'STORAGE_FAILED',
  'STORAGE_FULL',
  'STATE_UNAVAILABLE',
  'NOT_AGREED',
]

/** Those of any call with a body. */
export const ofAnyBody: readonly ErrorCode[] = [
  'INVALID_JSON',
  'UNSUPPORTED_MEDIA_TYPE',
  'BODY_TOO_LARGE',
  'BODY_TOO_SLOW',
]

/** The codes with which this call may be refused beside those of any call and of any body. */
export function ownRefusals(call: Call): readonly ErrorCode[] {
  const { by, endpoint, body, query, refusals = [] } = call
  const codes: readonly ErrorCode[] = [
    ...(query === undefined && body === undefined ? [] : (['INVALID_PARAMETERS'] as const)),
    // A token is for images alone; a page of another site may change nothing.
    ...(by === 'anyone' || (by === 'signed in, or by access token' && endpoint.method === 'GET')
      ? []
      : (['NOT_AUTHORIZED'] as const)),
    ...(typeof by === 'string' ? [] : (['NO_SUCH_REPOSITORY'] as const)),
    ...refusals,
  ]
  return [...new Set(codes)].filter((code) => !ofAnyCall.includes(code))
}

/** Every code with which this call may be refused, by status. */
export function refusalsByStatus(call: Call): ReadonlyMap<number, readonly ErrorCode[]> {
  const codes = [...ownRefusals(call), ...(call.body === undefined ? [] : ofAnyBody), ...ofAnyCall]
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes.toSorted(
    (one, other) => statusOfErrorCode[one] - statusOfErrorCode[other],
  )) {
    const status = statusOfErrorCode[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return byStatus
}
