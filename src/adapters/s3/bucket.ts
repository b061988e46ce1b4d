import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { createClockLag, type ClockLag } from './requests/clock-lag.ts'
import { withContentMD5 } from './requests/content-md5.ts'
import { createRequestCounts, type RequestCounts } from './requests/request-counts.ts'
import { createWriteDate, type WriteDate } from './sharing/write-date.ts'
import { createRequestTurns } from './requests/request-turns.ts'

/** Where the objects are, and who asks for them. */
export interface S3Settings {
  readonly bucket: string
  /** Empty, or parts of a key with a `/` at the end: what Distribution calls `rootdirectory`. */
  readonly prefix: string
  /** Null: Amazon's, of the region. */
  readonly endpoint: string | null
  readonly region: string
  /** Null: what the SDK finds in the environment, in a profile, or from the machine. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null
  /** Whether the bucket is a part of the path, and not of the host's name. */
  readonly forcePathStyle: boolean
}

/** Sizes and times that tests make small. */
export interface S3Limits {
  /** Of an object that is sent in parts; at least 5 MiB. What one write holds in memory. */
  readonly partBytes: number
  /** Above it the store copies an object in parts. At most 5 GiB. */
  readonly copyWholeBytes: number
  /** Of an object that is copied in parts; at least 10 MiB, so that no part has less than 5. */
  readonly copyPartBytes: number
  /** For an answer, and for each chunk of a body. */
  readonly requestMs: number
  /** For the answer that tells whether the store can be reached. */
  readonly reachMs: number
  readonly attempts: number
  /** For how long a store may sit on a request whose answer was lost. */
  readonly settlesMs: number
}

const MiB = 1024 * 1024

export const usualLimits: S3Limits = {
  partBytes: 8 * MiB,
  copyWholeBytes: 256 * MiB,
  copyPartBytes: 128 * MiB,
  requestMs: 60_000,
  reachMs: 5_000,
  attempts: 5,
  settlesMs: 15 * 60_000,
}

/** A bucket, and the ways to ask it. */
export interface Bucket {
  readonly name: string
  readonly prefix: string
  readonly limits: S3Limits
  /** Repeats what failed, with pauses that grow, and a budget for all requests together. */
  readonly client: S3Client
  /** Sends each request once: for those whose second sending would mean something else. */
  readonly once: S3Client
  /** Sends each request once and at once, however many wait: for those that ask whether it answers. */
  readonly ahead: S3Client
  readonly clockLag: ClockLag
  readonly requestCounts: RequestCounts
  readonly writeDate: WriteDate
  /** How the store wants to see an ETag in a condition. */
  conditionOf(etag: string): string
}

const requestsAtOnce = 64

/** Milliseconds of a clock that cannot be set. */
const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n)

/** @param quotesETags whether the store compares ETags with their quotes, as the standard says */
export function openBucket(
  settings: S3Settings,
  limits: S3Limits = usualLimits,
  quotesETags = false,
): Bucket {
  // There are as many as requests that have their turn, and bodies that are read.
  const agent = { maxSockets: Number.POSITIVE_INFINITY, keepAlive: true }
  const config: S3ClientConfig = {
    region: settings.region,
    forcePathStyle: settings.forcePathStyle,
    ...(settings.endpoint !== null && { endpoint: settings.endpoint }),
    ...(settings.credentials && { credentials: settings.credentials }),
    // Not every store knows the checksums that the client would add by default.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: Math.min(5_000, limits.requestMs),
      requestTimeout: limits.requestMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  }
  const client = new S3Client({ ...config, maxAttempts: limits.attempts })
  // Shares the connections.
  const { requestHandler } = client.config
  const sendingOnce = { ...config, requestHandler, maxAttempts: 1 }
  const once = new S3Client(sendingOnce)
  const ahead = new S3Client(sendingOnce)
  const turns = createRequestTurns(requestsAtOnce)
  const clockLag = createClockLag()
  const requestCounts = createRequestCounts()
  const writeDate = createWriteDate(monotonicMs)
  for (const one of [client, once]) turns.watch(one)
  for (const one of [client, once, ahead]) {
    withContentMD5(one)
    clockLag.watch(one)
    requestCounts.watch(one)
    writeDate.watch(one)
  }
  return {
    name: settings.bucket,
    prefix: settings.prefix,
    limits,
    client,
    once,
    ahead,
    clockLag,
    requestCounts,
    writeDate,
    conditionOf: (etag) => (quotesETags ? etag : etag.replaceAll('"', '')),
  }
}

/** Names an object of the store to the bucket. */
export const at = ({ name, prefix }: Bucket, key: string) => ({ Bucket: name, Key: prefix + key })
