import type { Readable } from 'node:stream'
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { StoreError } from '#storage/errors.ts'
import { rangeOfPart } from '#storage/object-part.ts'
import {
  failedOf,
  type GetOutcome,
  type HeadOutcome,
  type ObjectHead,
  type ObjectPart,
  type OpenedObject,
} from '#storage/object-store.ts'
import { at, type Bucket } from './bucket.ts'
import { bytesOfAnswer, streamOfAnswer } from './body-of-answer.ts'
import { calling, isAbsent, isOutOfRange } from './s3-errors.ts'

export interface StoredHead extends ObjectHead {
  /** As the store writes it, with its quotes. */
  readonly etag: string
}

interface Answer {
  readonly ContentLength?: number | undefined
  readonly LastModified?: Date | undefined
  readonly ETag?: string | undefined
}

function headOf({ ContentLength, LastModified, ETag = '' }: Answer, key: string): StoredHead {
  if (ContentLength === undefined || LastModified === undefined) {
    const cause = new Error('the store told neither size nor time')
    throw new StoreError('FAILED', key, { cause })
  }
  return { sizeBytes: ContentLength, modifiedAtMs: LastModified.getTime(), etag: ETag }
}

const read = 's3:GetObject'

/** Null where there is none. */
export async function headObject(bucket: Bucket, key: string): Promise<StoredHead | null> {
  return await calling(bucket, key, read, async () => {
    try {
      return headOf(await bucket.client.send(new HeadObjectCommand(at(bucket, key))), key)
    } catch (error) {
      if (isAbsent(error)) return null
      throw error
    }
  })
}

export async function headOutcome(bucket: Bucket, key: string): Promise<HeadOutcome> {
  try {
    const head = await headObject(bucket, key)
    if (head === null) return { kind: 'absent' }
    const { sizeBytes, modifiedAtMs } = head
    return { kind: 'found', sizeBytes, modifiedAtMs }
  } catch (error) {
    return failedOf(error)
  }
}

const noBytes = (): OpenedObject['body'] =>
  new ReadableStream({ start: (controller) => controller.close() }, { highWaterMark: 0 })

/** What a `Range` header asks for; null: all of it. */
function rangeHeader(part: ObjectPart | undefined): string | null {
  if (part === undefined) return null
  if ('suffix' in part) return `bytes=-${part.suffix}`
  if (part.start === 0 && part.end === undefined) return null
  return `bytes=${part.start}-${part.end ?? ''}`
}

/** The size of the whole object, of which the answer has a part. */
function wholeSize(contentRange: string | undefined, sizeBytes: number): number {
  const [, size] = /\/(\d+)$/.exec(contentRange ?? '') ?? []
  return size === undefined ? sizeBytes : Number(size)
}

async function withoutBytes(bucket: Bucket, key: string): Promise<OpenedObject | null> {
  const head = await headObject(bucket, key)
  if (head === null) return null
  const { sizeBytes, modifiedAtMs } = head
  return { sizeBytes, modifiedAtMs, range: null, body: noBytes() }
}

export async function openObject(
  bucket: Bucket,
  key: string,
  part?: ObjectPart,
): Promise<OpenedObject | null> {
  if (part && 'suffix' in part && part.suffix === 0) return await withoutBytes(bucket, key)
  const Range = rangeHeader(part)
  const asked = { ...at(bucket, key), ...(Range !== null && { Range }) }
  const answer = await calling(bucket, key, read, async () => {
    try {
      return await bucket.client.send(new GetObjectCommand(asked))
    } catch (error) {
      if (isAbsent(error)) return 'absent'
      // An empty object has no range at all.
      if (isOutOfRange(error)) return 'no such part'
      throw error
    }
  })
  if (answer === 'absent') return null
  if (answer === 'no such part') return await withoutBytes(bucket, key)
  const { sizeBytes: length, modifiedAtMs } = headOf(answer, key)
  const sizeBytes = wholeSize(answer.ContentRange, length)
  const range = rangeOfPart(sizeBytes, part)
  const body = answer.Body as Readable
  const isAsAsked = range === null ? length === 0 : range.end - range.start + 1 === length
  if (!isAsAsked) {
    body.destroy()
    const cause = new Error('the store answered with another part than it was asked for')
    throw new StoreError('FAILED', key, { cause })
  }
  if (range === null) {
    body.destroy()
    return { sizeBytes, modifiedAtMs, range, body: noBytes() }
  }
  const stream = streamOfAnswer(body, key, length, bucket.limits.requestMs)
  return { sizeBytes, modifiedAtMs, range, body: stream }
}

export async function getOutcome(
  bucket: Bucket,
  key: string,
  maximumBytes: number,
): Promise<GetOutcome> {
  try {
    return await calling(bucket, key, read, async (): Promise<GetOutcome> => {
      const answer = await bucket.client.send(new GetObjectCommand(at(bucket, key)))
      const { sizeBytes, modifiedAtMs } = headOf(answer, key)
      const body = answer.Body as Readable
      if (sizeBytes > maximumBytes) {
        body.destroy()
        return { kind: 'too large', sizeBytes, modifiedAtMs }
      }
      const bytes = await bytesOfAnswer(body, key, sizeBytes, bucket.limits.requestMs)
      return { kind: 'found', bytes, sizeBytes, modifiedAtMs }
    })
  } catch (error) {
    if (error instanceof StoreError && error.code === 'NOT_FOUND') return { kind: 'absent' }
    return failedOf(error)
  }
}
