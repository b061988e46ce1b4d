import { StoreError, type StoreErrorCode } from '#storage/errors.ts'
import { noPermission, StoreTrouble } from './store-trouble.ts'

/** As far as errors tell of it. */
interface NamedBucket {
  readonly name: string
}

/** What the SDK tells of an error, as far as it is known. */
interface Told {
  readonly name: string
  readonly message: string
  /** Undefined: there was no answer. */
  readonly status: number | undefined
}

function told(error: unknown): Told {
  if (!(error instanceof Error)) return { name: '', message: String(error), status: undefined }
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  const { Code } = error as { Code?: unknown }
  const name = typeof Code === 'string' ? Code : error.name
  return { name, message: error.message, status: $metadata?.httpStatusCode }
}

/** The object is not there. Not: its bucket is not there. */
export function isAbsent(error: unknown): boolean {
  const { name, status } = told(error)
  return name === 'NoSuchKey' || name === 'NotFound' || (status === 404 && name !== 'NoSuchBucket')
}

/** A multipart upload that was ended, or never was. */
export const isUploadGone = (error: unknown): boolean => told(error).name === 'NoSuchUpload'

/** The range begins after the end of the object. */
export const isOutOfRange = (error: unknown): boolean => told(error).status === 416

/** The object has changed, or is gone, since its ETag was read; or another request changes it. */
export function isConditionFailed(error: unknown): boolean {
  const { name, status } = told(error)
  return status === 412 || status === 409 || name === 'NoSuchKey'
}

/**
 * Whether the store has answered that it did not do it. Without such an answer the request may be
 * applied at any later moment. A gateway's 5xx says nothing about the store behind it.
 */
export function isRefused(error: unknown): boolean {
  const { status = 0 } = told(error)
  return status >= 400 && status < 500 && status !== 408 && status !== 409
}

const slow = new Set(['SlowDown', 'ServiceUnavailable', 'TooManyRequests', 'RequestLimitExceeded'])

/** The store itself, and no gateway before it, did not begin with the request. */
export const isToldToSlowDown = (error: unknown): boolean => told(error).name === 'SlowDown'

/** How a request ended, for those who count them. */
export type RequestOutcome =
  | 'ok'
  | 'absent'
  | 'refused'
  | 'throttled'
  | 'failed'
  | 'timed_out'
  | 'unanswered'

const isSlow = ({ name, status }: Told): boolean =>
  slow.has(name) || status === 503 || status === 429

export function outcomeOf(error: unknown): RequestOutcome {
  const { name, status } = told(error)
  if (status === undefined) {
    return name === 'TimeoutError' || name === 'AbortError' ? 'timed_out' : 'unanswered'
  }
  if (isAbsent(error)) return 'absent'
  if (isSlow(told(error))) return 'throttled'
  return status >= 500 ? 'failed' : 'refused'
}

const wrongRegion = new Set([
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
])

/** A code, a reason for a person, and what that person can do. */
function judge(
  error: unknown,
  action: string,
  { name: bucket }: NamedBucket,
): [code: StoreErrorCode, reason: string, advice: string] {
  const { name, message, status } = told(error)
  if (name === 'NoSuchBucket') {
    return ['FAILED', `there is no bucket ${bucket}`, 'create it, or correct JETSAM_STORAGE']
  }
  if (isAbsent(error)) return ['NOT_FOUND', message, 'see what removed it']
  if (wrongRegion.has(name) || status === 301) {
    const advice = 'set JETSAM_S3_REGION to that of the bucket'
    return ['FAILED', `the bucket ${bucket} is in another region: ${message}`, advice]
  }
  if (name === 'CredentialsProviderError') {
    const advice =
      'set JETSAM_S3_ACCESS_KEY_ID and JETSAM_S3_SECRET_ACCESS_KEY, or give this machine a role'
    return ['DENIED', 'there is no key to ask the store with', advice]
  }
  if (name === 'InvalidAccessKeyId') {
    return ['DENIED', 'the store does not know the access key', 'correct JETSAM_S3_ACCESS_KEY_ID']
  }
  if (name === 'SignatureDoesNotMatch') {
    return ['DENIED', 'the secret key is wrong', 'correct JETSAM_S3_SECRET_ACCESS_KEY']
  }
  if (name === 'ExpiredToken' || name === 'TokenRefreshRequired') {
    return ['DENIED', 'the key has expired', 'give the server one that lasts, or a role']
  }
  if (name === 'RequestTimeTooSkewed') {
    const reason = "this machine's clock is more than 15 minutes away from the store's"
    return ['DENIED', reason, 'set both by NTP']
  }
  if (name === 'QuotaExceeded' || name === 'XMinioStorageFull' || status === 507) {
    const advice = 'raise its quota, or delete images and collect'
    return ['FULL', `the bucket ${bucket} is full: ${message}`, advice]
  }
  if (status === 403 || status === 401) {
    const { message: reason, advice } = noPermission(action)
    return ['DENIED', reason, advice]
  }
  if (isSlow({ name, message, status })) {
    const reason = `the store asked to slow down, also after repetitions (${name || status})`
    return ['FAILED', reason, 'try again later, or have its limit of requests raised']
  }
  if (status === undefined) {
    const advice = 'check JETSAM_S3_ENDPOINT, and that this machine reaches it'
    return ['FAILED', `the store did not answer: ${message || name}`, advice]
  }
  const reason = `the store answered ${status} (${name}): ${message}`
  return ['FAILED', reason, 'check JETSAM_S3_ENDPOINT, and look at the log of the store']
}

/** The SDK's own error holds the whole answer, with its connection: too much for a log. */
function briefly(error: unknown): Error {
  const { name, message } = told(error)
  return Object.assign(new Error(message), { name })
}

/** @param action as a policy of the store names it: `s3:GetObject` */
export function storeErrorOf(
  error: unknown,
  key: string,
  action: string,
  bucket: NamedBucket,
): StoreError {
  if (error instanceof StoreError) return error
  if (error instanceof StoreTrouble) return new StoreError('FAILED', key, { cause: error })
  const [code, reason, advice] = judge(error, action, bucket)
  const missing = reason === noPermission(action).message ? action : null
  const cause = new StoreTrouble(reason, advice, { cause: briefly(error), missing })
  return new StoreError(code, key, { cause })
}

/** Does something with an object; what the store says against it becomes a `StoreError`. */
export async function calling<T>(
  bucket: NamedBucket,
  key: string,
  action: string,
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send()
  } catch (error) {
    throw storeErrorOf(error, key, action, bucket)
  }
}
