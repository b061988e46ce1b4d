import { StoreError, type StoreErrorCode } from '#storage/errors.ts'
import type { Bucket } from './bucket.ts'

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

const wrongRegion = new Set([
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
])

/** A code, and a reason for a person. */
function judge(error: unknown, action: string, { name: bucket }: Bucket): [StoreErrorCode, string] {
  const { name, message, status } = told(error)
  if (name === 'NoSuchBucket') return ['FAILED', `there is no bucket ${bucket}`]
  if (isAbsent(error)) return ['NOT_FOUND', message]
  if (wrongRegion.has(name) || status === 301) {
    return ['FAILED', `the bucket ${bucket} is in another region: ${message}`]
  }
  if (name === 'InvalidAccessKeyId') return ['DENIED', 'the store does not know the access key']
  if (name === 'SignatureDoesNotMatch') return ['DENIED', 'the secret key is wrong']
  if (name === 'RequestTimeTooSkewed') {
    return ['DENIED', "this machine's clock is more than 15 minutes away from the store's"]
  }
  if (name === 'QuotaExceeded' || name === 'XMinioStorageFull' || status === 507) {
    return ['FULL', `the bucket ${bucket} is full: ${message}`]
  }
  if (status === 403 || status === 401) return ['DENIED', `no permission for ${action}`]
  if (slow.has(name) || status === 503 || status === 429) {
    return ['FAILED', `the store asked to slow down, also after repetitions (${name || status})`]
  }
  if (status === undefined) return ['FAILED', `the store did not answer: ${message || name}`]
  return ['FAILED', `the store answered ${status} (${name}): ${message}`]
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
  bucket: Bucket,
): StoreError {
  if (error instanceof StoreError) return error
  const [code, reason] = judge(error, action, bucket)
  return new StoreError(code, key, { cause: new Error(reason, { cause: briefly(error) }) })
}

/** Does something with an object; what the store says against it becomes a `StoreError`. */
export async function calling<T>(
  bucket: Bucket,
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
