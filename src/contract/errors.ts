import * as z from 'zod/mini'

/** Every error code of `/api/v0`, with its HTTP status. */
export const statusOfErrorCode = {
  NOT_AUTHENTICATED: 401,
  NOT_AUTHORIZED: 403,
  WRONG_PASSWORD: 403,
  NO_SUCH_REPOSITORY: 404,
  NO_SUCH_TAG: 404,
  NO_SUCH_REF: 404,
  NO_SUCH_JOB: 404,
  NO_SUCH_PLAN: 404,
  NO_SUCH_TRASH_ENTRY: 404,
  NO_SUCH_POLICY: 404,
  NO_SUCH_PREVIEW: 404,
  NO_SUCH_REPORT: 404,
  NO_SUCH_ACCOUNT: 404,
  NO_SUCH_ACCESS_TOKEN: 404,
  NOT_FOUND: 404,
  NOT_ALLOWED: 405,
  INVALID_PARAMETERS: 400,
  INVALID_JSON: 400,
  INVALID_DIGEST: 400,
  INVALID_SCHEDULE: 400,
  INVALID_POLICY: 400,
  INVALID_REPORT: 400,
  PREVIEW_NOT_RUNNABLE: 400,
  JOB_ALREADY_RUNNING: 409,
  TAG_EXISTS: 409,
  TAG_PROTECTED: 409,
  IMAGE_RUNNING: 409,
  ACCOUNT_EXISTS: 409,
  ACCESS_TOKEN_EXISTS: 409,
  TOO_MANY_ACCESS_TOKENS: 409,
  LAST_ADMINISTRATOR: 409,
  REFERENCE_CHANGED: 409,
  POLICY_CHANGED: 409,
  APPROVAL_NEEDED: 409,
  COLLECTION_RUNNING: 409,
  REGISTRY_NOT_EMPTY: 409,
  REPOSITORY_NOT_EMPTY: 409,
  MANIFEST_IN_USE: 409,
  MANIFEST_UNREADABLE: 409,
  CONTENT_MISSING: 409,
  BODY_TOO_SLOW: 408,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_ATTEMPTS: 429,
  INTERNAL: 500,
  STORAGE_FAILED: 500,
  NOT_AGREED: 503,
  SHUTTING_DOWN: 503,
  STATE_UNAVAILABLE: 503,
  STORAGE_FULL: 507,
} as const

export type ErrorCode = keyof typeof statusOfErrorCode

/** One error in an answer. `message` tells a person what to do. */
export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  detail: z.optional(z.unknown()),
})

export const errorBody = z.object({ errors: z.array(errorSchema) })
export type ErrorBody = z.infer<typeof errorBody>
