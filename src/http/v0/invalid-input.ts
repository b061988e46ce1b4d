import { ApiError } from '../errors.ts'
import { en } from 'zod/locales'
import type * as core from 'zod/v4/core'

/**
 * Turns zod's issues into sentences; passed to each parse, because zod's global setting belongs to
 * the host.
 */
export const issueMessages = { error: en().localeError }

/** 400 with the field and the reason, for people and programs. */
export const invalidParameter = (field: string, reason: string): ApiError =>
  new ApiError('INVALID_PARAMETERS', `${field}: ${reason}`, { detail: { field, reason } })

/** The first mistake that a schema found. `whole` names the input if no field is at fault. */
export function invalidIssue(error: core.$ZodError, whole: string): ApiError {
  const [issue] = error.issues
  const field = issue?.path.map(String).join('.') || whole
  const message = issue?.message ?? 'Invalid input'
  return invalidParameter(field, message.charAt(0).toLowerCase() + message.slice(1))
}
