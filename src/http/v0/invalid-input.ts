import { ApiError } from '../errors.ts'
import { en } from 'zod/locales'
import type * as core from 'zod/v4/core'

/** What makes zod's issues sentences; given to each parse, for its global setting is the host's. */
export const issueMessages = { error: en().localeError }

/** 400 with the field and the reason, for a person and for a program. */
export const invalidParameter = (field: string, reason: string): ApiError =>
  new ApiError('INVALID_PARAMETERS', `${field}: ${reason}`, { detail: { field, reason } })

/** The first thing that a schema found wrong. `whole` names the input where no field is at fault. */
export function invalidIssue(error: core.$ZodError, whole: string): ApiError {
  const [issue] = error.issues
  const field = issue?.path.map(String).join('.') || whole
  const message = issue?.message ?? 'Invalid input'
  return invalidParameter(field, message.charAt(0).toLowerCase() + message.slice(1))
}
