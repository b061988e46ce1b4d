import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/**
 * The codes of the OCI distribution spec 1.1 ("Error Codes"), and the few more that clients know.
 */
const statusOfOciCode = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  UNAUTHORIZED: 401,
  DENIED: 403,
  UNSUPPORTED: 405,
  TOOMANYREQUESTS: 429,
  // From CNCF Distribution, for which clients were written.
  TAG_INVALID: 400,
  RANGE_INVALID: 416,
  PAGINATION_NUMBER_INVALID: 400,
  UNAVAILABLE: 503,
  UNKNOWN: 500,
} as const satisfies Record<string, ContentfulStatusCode>

export type OciErrorCode = keyof typeof statusOfOciCode

/** A refusal or failure of `/v2/`. Clients print the message. */
export class OciError extends Error {
  readonly code: OciErrorCode
  readonly status: ContentfulStatusCode
  readonly detail: unknown
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: OciErrorCode,
    message: string,
    options: {
      /** Set if the code's usual status is not the right one. */
      readonly status?: ContentfulStatusCode
      readonly detail?: unknown
      readonly headers?: Readonly<Record<string, string>>
      readonly cause?: unknown
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'OciError'
    this.code = code
    this.status = options.status ?? statusOfOciCode[code]
    this.detail = options.detail
    this.headers = options.headers ?? {}
  }
}

/** `{"errors":[{code,message,detail}]}`, as JSON in every case: docker fails on plain text. */
export const sendOciError = (context: Context, error: OciError): Response =>
  context.json(
    {
      errors: [
        {
          code: error.code,
          message: error.message,
          ...(error.detail === undefined ? {} : { detail: error.detail }),
        },
      ],
    },
    error.status,
    error.headers,
  )
