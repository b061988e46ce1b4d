import { CollectionError, type CollectionErrorCode } from '#domain/collection/collection-error.ts'
import { AgreementError } from '#coordination/agreement-error.ts'
import { statusOfErrorCode, type ErrorBody, type ErrorCode } from '#contract/errors.ts'
import type { AccessTokenRefusal } from '#services/accounts/access-tokens.ts'
import type { AuthenticationRefusal } from '#services/accounts/authentication.ts'
import type { RunnerRefusal } from '#services/jobs/job-runner.ts'
import type { PlanRefusal } from '#services/jobs/kinds/collection/prepare-collection.ts'
import type { RetentionRefusal } from '#services/jobs/kinds/retention/retention-kind.ts'
import type { RestoreKeptOut, TagRefusal } from '#services/images/deletion.ts'
import type { AccountRefusal, WrongPassword } from '#services/accounts/accounts.ts'
import type { RepositoryRemovalRefusal } from '#registry/repositories/repository-removal.ts'
import type { RepositoryDeletionRefusal } from '#registry/trash/trash.ts'
import type { InvalidReport } from '#domain/retention/running-report.ts'
import type { NoSuchReport } from '#services/retention/running/report-running.ts'
import { StoreError } from '#storage/errors.ts'
import { StateError } from '#state/state-error.ts'
import type {
  InvalidSavedPolicy,
  NoSuchPolicy,
  PolicyChanged,
} from '#services/retention/policies.ts'
import type { RestoreRefusal, SoftDeleteRefusal } from '#registry/trash/trash.ts'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** A refusal or failure of `/api/v0`. Thrown anywhere below a route. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly detail: unknown
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly detail?: unknown
      readonly headers?: Readonly<Record<string, string>>
      readonly cause?: unknown
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'ApiError'
    this.code = code
    this.detail = options.detail
    this.headers = options.headers ?? {}
  }
}

/** The refusals whose codes the compiler knows: each must have an entry in the table. */
type ExpectedRefusal =
  | AuthenticationRefusal
  | SoftDeleteRefusal
  | RestoreRefusal
  | RestoreKeptOut
  | TagRefusal
  | RepositoryRemovalRefusal
  | RepositoryDeletionRefusal
  | RunnerRefusal
  | PlanRefusal
  | AccountRefusal
  | WrongPassword
  | AccessTokenRefusal
  | InvalidSavedPolicy
  | PolicyChanged
  | NoSuchPolicy
  | RetentionRefusal
  | InvalidReport
  | NoSuchReport

/** Maps every refusal of domain, registry and services to its code in the API. */
const codeOfRefusal = {
  INVALID_DIGEST: 'INVALID_DIGEST',
  INVALID_ACCOUNT_NAME: 'INVALID_PARAMETERS',
  INVALID_PASSWORD: 'INVALID_PARAMETERS',
  INVALID_GRANT: 'INVALID_PARAMETERS',
  INVALID_ACCESS_TOKEN: 'INVALID_PARAMETERS',
  INVALID_SCHEDULE: 'INVALID_SCHEDULE',
  INVALID_POLICY: 'INVALID_POLICY',
  POLICY_CHANGED: 'POLICY_CHANGED',
  NO_SUCH_PREVIEW: 'NO_SUCH_PREVIEW',
  PREVIEW_NOT_RUNNABLE: 'PREVIEW_NOT_RUNNABLE',
  APPROVAL_NEEDED: 'APPROVAL_NEEDED',
  NO_SUCH_POLICY: 'NO_SUCH_POLICY',
  NOT_AUTHENTICATED: 'NOT_AUTHENTICATED',
  TOO_MANY_ATTEMPTS: 'TOO_MANY_ATTEMPTS',
  NO_SUCH_REPOSITORY: 'NO_SUCH_REPOSITORY',
  NO_SUCH_TAG: 'NO_SUCH_TAG',
  NO_SUCH_REF: 'NO_SUCH_REF',
  NO_SUCH_PLAN: 'NO_SUCH_PLAN',
  NO_SUCH_TRASH_ENTRY: 'NO_SUCH_TRASH_ENTRY',
  REPOSITORY_NOT_EMPTY: 'REPOSITORY_NOT_EMPTY',
  REFERENCE_CHANGED: 'REFERENCE_CHANGED',
  MANIFEST_IN_USE: 'MANIFEST_IN_USE',
  MANIFEST_UNREADABLE: 'MANIFEST_UNREADABLE',
  CONTENT_MISSING: 'CONTENT_MISSING',
  IMAGE_MISSING: 'CONTENT_MISSING',
  TAG_EXISTS: 'TAG_EXISTS',
  TAG_PROTECTED: 'TAG_PROTECTED',
  IMAGE_RUNNING: 'IMAGE_RUNNING',
  INVALID_REPORT: 'INVALID_REPORT',
  NO_SUCH_REPORT: 'NO_SUCH_REPORT',
  COLLECTION_RUNNING: 'COLLECTION_RUNNING',
  JOB_ALREADY_RUNNING: 'JOB_ALREADY_RUNNING',
  SHUTTING_DOWN: 'SHUTTING_DOWN',
  ACCOUNT_EXISTS: 'ACCOUNT_EXISTS',
  NO_SUCH_ACCOUNT: 'NO_SUCH_ACCOUNT',
  NO_SUCH_ACCESS_TOKEN: 'NO_SUCH_ACCESS_TOKEN',
  ACCESS_TOKEN_EXISTS: 'ACCESS_TOKEN_EXISTS',
  TOO_MANY_ACCESS_TOKENS: 'TOO_MANY_ACCESS_TOKENS',
  LAST_ADMINISTRATOR: 'LAST_ADMINISTRATOR',
  WRONG_PASSWORD: 'WRONG_PASSWORD',
} as const satisfies Record<ExpectedRefusal['code'], ErrorCode> & Record<string, ErrorCode>

/** Of what may be answered again soon. */
const soonSeconds = 5

const retryAfter = (seconds: number) => ({ 'Retry-After': String(seconds) })

/**
 * The error for a refusal. Its other fields (`conflicts`, `field`, …) become the detail unless
 * another detail is given. A code without an entry in the table is our mistake: status 500.
 */
export function refusalError(
  refusal: { readonly code: string; readonly message: string },
  detail?: unknown,
): ApiError {
  const code = (codeOfRefusal as Readonly<Record<string, ErrorCode>>)[refusal.code]
  if (code === undefined) {
    return toApiError(new Error(`refusal without a place in the table: ${refusal.code}`))
  }
  const { code: _, message, ...rest } = refusal
  return new ApiError(code, message, {
    detail: detail ?? (Object.keys(rest).length > 0 ? rest : undefined),
    ...('retryAfterSeconds' in rest && { headers: retryAfter(Number(rest.retryAfterSeconds)) }),
  })
}

/** What a storage error is to a client: a message with what a person can do, and when. */
interface StorageAnswer {
  readonly code: ErrorCode
  readonly message: string
  readonly retryAfterSeconds?: number
}

const storageAnswers: Record<StoreError['code'], StorageAnswer> = {
  FULL: {
    code: 'STORAGE_FULL',
    message:
      'the disk that holds the images is full: run a collection, which needs no space, remove other files from it, or add space',
  },
  READ_ONLY: {
    code: 'STORAGE_FAILED',
    message: 'the disk that holds the images is mounted read-only; an administrator must see to it',
  },
  DENIED: {
    code: 'STORAGE_FAILED',
    message:
      'the server may not access its own image files; an administrator must check the rights',
  },
  NOT_FOUND: {
    code: 'STORAGE_FAILED',
    message: 'a file of the registry vanished while it was needed; try again',
  },
  INVALID_PATH: {
    code: 'STORAGE_FAILED',
    message: 'the storage cannot hold a file of that name',
  },
  NOT_HELD: {
    code: 'NOT_AGREED',
    message:
      'this server has lost its lock on the storage, and stops; ask the one that runs now, or try again after its next start',
    retryAfterSeconds: soonSeconds,
  },
  UNSETTLED: {
    code: 'NOT_AGREED',
    message:
      'the storage has not answered whether it removed an earlier copy, and could still remove a new one: try again in a quarter of an hour',
    retryAfterSeconds: 15 * 60,
  },
  FAILED: {
    code: 'STORAGE_FAILED',
    message: 'the storage of images failed; the log of the server says how',
  },
}

/** A collection that cannot run, or cannot be computed, gives its own reason. */
const collectionAnswers: Record<CollectionErrorCode, ErrorCode> = {
  STORAGE_FAILED: 'STORAGE_FAILED',
  LISTING_FAILED: 'STORAGE_FAILED',
  TRASH_UNREADABLE: 'STORAGE_FAILED',
  LAYERS_HIDDEN: 'STORAGE_FAILED',
  PUSHES_UNDER_WAY: 'COLLECTION_RUNNING',
  GATE_CLOSED: 'COLLECTION_RUNNING',
  SERVERS_SILENT: 'NOT_AGREED',
}

/** Without the address of the database, which is of no concern outside. */
const stateUnavailable =
  'the database of accounts, settings and the history does not answer: try again soon, and look then whether a change was made'

/** Turns any thrown value into an answer. Messages of unknown errors stay in the log. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof StoreError) {
    const { code, message, retryAfterSeconds } = storageAnswers[error.code]
    return new ApiError(code, message, {
      ...(retryAfterSeconds !== undefined && { headers: retryAfter(retryAfterSeconds) }),
      cause: error,
    })
  }
  if (error instanceof StateError && error.code === 'FULL') {
    return new ApiError('STORAGE_FULL', error.message, { cause: error })
  }
  if (error instanceof StateError && error.code === 'UNAVAILABLE') {
    return new ApiError('STATE_UNAVAILABLE', stateUnavailable, {
      headers: retryAfter(soonSeconds),
      cause: error,
    })
  }
  if (error instanceof AgreementError) {
    const { retryAfterMs } = error
    const seconds = retryAfterMs === null ? soonSeconds : Math.ceil(retryAfterMs / 1000)
    return new ApiError('NOT_AGREED', error.message, {
      headers: retryAfter(seconds),
      cause: error,
    })
  }
  if (error instanceof CollectionError) {
    return new ApiError(collectionAnswers[error.code], error.message, { cause: error })
  }
  return new ApiError('INTERNAL', 'something went wrong here; the log of the server says what', {
    cause: error,
  })
}

export const statusOf = (code: ErrorCode): ContentfulStatusCode => statusOfErrorCode[code]

/** `{"errors":[{code,message,detail?}]}` with the status of the code. */
export function sendApiError(context: Context, error: ApiError): Response {
  const body: ErrorBody = {
    errors: [
      {
        code: error.code,
        message: error.message,
        ...(error.detail === undefined ? {} : { detail: error.detail }),
      },
    ],
  }
  return context.json(body, statusOf(error.code), error.headers)
}
