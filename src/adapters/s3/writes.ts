import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { CopyObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { StoreError } from '#storage/errors.ts'
import type { Bytes } from '#storage/bytes.ts'
import { at, type Bucket } from './bucket.ts'
import { inParallel } from './in-parallel.ts'
import { beginMultipart, copySourceOf, type CopySource, type Multipart } from './multipart.ts'
import { partsOf } from './parts-of-body.ts'
import { headObject, type StoredHead } from './reads.ts'
import { calling, isConditionFailed, isRefused, isToldToSlowDown } from './s3-errors.ts'

const write = 's3:PutObject'

/**
 * Keys whose bytes follow from the key: blobs, links under a digest, and what is written once.
 * A late write of one changes nothing that a later one wrote.
 */
const namedByContent =
  /^jetsam\/v1\/s3\/removals(?:-of-several)?\/|\/_uploads\/[^/]+\/(?:startedat|parts\/[^/]+)$|\/sha(?:256|512)\/(?:[0-9a-f]{2}\/)?[0-9a-f]{64,128}\/(?:link|data)$/

/** How often a write is tried again while others write to the same key. */
const races = 40

type Condition = { readonly IfMatch: string } | { readonly IfNoneMatch: '*' }

/** The condition under which a write is made: nothing has changed since the key was looked at. */
const conditionOf = (bucket: Bucket, head: StoredHead | null): Condition =>
  head === null ? { IfNoneMatch: '*' } : { IfMatch: bucket.conditionOf(head.etag) }

const etagOf = (bytes: Bytes): string => createHash('md5').update(bytes).digest('hex')

/**
 * Writes an object unless it was changed between the look and the write, and then looks again. So a
 * request that the network holds back cannot undo a later write: its condition is false by then.
 */
async function putUnlessChanged(bucket: Bucket, key: string, Body: Bytes): Promise<void> {
  let failures = 0
  for (let race = 0; ; race += 1) {
    const before = await headObject(bucket, key)
    const condition = conditionOf(bucket, before)
    try {
      await bucket.once.send(new PutObjectCommand({ ...at(bucket, key), Body, ...condition }))
      return
    } catch (error) {
      const isLost = isConditionFailed(error)
      if ((isRefused(error) && !isLost) || race === races) throw error
      if (!isLost) {
        // It may have been written. A gateway answers 500 also to those who lost a race: then
        // another has written.
        // What cannot be looked at says nothing of the write.
        const head = await headObject(bucket, key).catch(() => Promise.reject(error))
        if (head?.etag.replaceAll('"', '') === etagOf(Body)) return
        // Once the key is again as it was now, this request would count after all. Servers that
        // agree keep the key from that, as long as it was sent only once.
        if (bucket.writeDate.isOfSeveral() && !isToldToSlowDown(error)) throw error
        if (head?.etag === before?.etag) failures += 1
        if (failures > bucket.limits.attempts) throw error
      }
      await wait(Math.random() * Math.min(1000, 10 * 2 ** race))
    }
  }
}

export async function putBytes(bucket: Bucket, key: string, bytes: Bytes): Promise<void> {
  // The caller may change its bytes once this has returned, and an attempt may be repeated.
  await calling(bucket, key, write, async () => {
    if (!namedByContent.test(key)) return await putUnlessChanged(bucket, key, bytes)
    await bucket.client.send(new PutObjectCommand({ ...at(bucket, key), Body: bytes }))
  })
}

/** A body that was written; or the beginning of one that broke off. */
export interface Written {
  readonly sizeBytes: number
  /** Why the rest is missing. */
  readonly brokeOff: { readonly error: unknown } | null
}

export interface BodyOptions {
  /** Bytes that come before the body. */
  readonly begin?: Bytes
  /** Whether the whole parts of a body that breaks off become an object, instead of nothing. */
  readonly keepsBeginning?: boolean
}

/**
 * Writes a body that is larger than a part in parts, any other in one piece. Sends one part while
 * it reads the next.
 */
export async function putBody(
  bucket: Bucket,
  key: string,
  body: Bytes | ReadableStream<Bytes>,
  { begin, keepsBeginning = false }: BodyOptions = {},
): Promise<Written> {
  const { partBytes } = bucket.limits
  const parts = partsOf(body, partBytes, begin)
  let sizeBytes = 0
  let multipart: Multipart | null = null
  let sending: Promise<void> = Promise.resolve()
  let brokeOff: Written['brokeOff'] = null
  try {
    for (;;) {
      const next = await parts.next().then(
        (part) => ({ part }),
        (error: unknown) => ({ error }),
      )
      if ('error' in next) brokeOff = next
      if ('error' in next || next.part.done === true) break
      const part = next.part.value
      sizeBytes += part.length
      if (multipart === null && part.length < partBytes) {
        await putBytes(bucket, key, part)
        return { sizeBytes, brokeOff }
      }
      multipart ??= await beginMultipart(bucket, key)
      await sending
      sending = multipart.sendPart(part)
      // It is awaited before the next is sent: until then its failure has to wait.
      sending.catch(() => {})
    }
    await sending
    if (brokeOff !== null && (!keepsBeginning || multipart === null)) throw brokeOff.error
    if (multipart === null) await putBytes(bucket, key, new Uint8Array())
    else await multipart.complete()
    return { sizeBytes, brokeOff }
  } catch (error) {
    // Tells the sender of the body that no more is read.
    await parts.return(undefined)
    await sending.catch(() => {})
    await multipart?.abort()
    throw error
  }
}

/** An object, or a part of what becomes one, as it was when it had the ETag. */
export interface Source {
  readonly key: string
  readonly etag: string
  readonly sizeBytes: number
}

/** Parts of one object that the store copies at the same time. */
const copiesAtOnce = 4

/** The ranges of a source that one request may copy each: of about one size, so that none is short. */
function* rangesOf({ sizeBytes }: Source, bytesAtOnce: number) {
  const each = Math.ceil(sizeBytes / Math.ceil(sizeBytes / bytesAtOnce))
  for (let start = 0; start < sizeBytes; start += each) {
    yield { start, end: Math.min(start + each, sizeBytes) - 1 }
  }
}

/**
 * Makes one object of others, in their order, without reading them. All but the last must have at
 * least 5 MiB. Rejects if one has changed since.
 */
export async function copyObjects(
  bucket: Bucket,
  sources: readonly Source[],
  to: string,
): Promise<void> {
  const { copyWholeBytes, copyPartBytes } = bucket.limits
  const [only] = sources
  if (only === undefined) return await putBytes(bucket, to, new Uint8Array())
  if (sources.length === 1 && only.sizeBytes <= copyWholeBytes) {
    const answer = await calling(bucket, only.key, write, () =>
      bucket.client.send(
        new CopyObjectCommand({
          ...at(bucket, to),
          CopySource: copySourceOf(bucket, only.key),
          CopySourceIfMatch: bucket.conditionOf(only.etag),
        }),
      ),
    )
    if (answer.CopyObjectResult?.ETag === undefined) {
      throw new StoreError('FAILED', to, { cause: new Error('the store did not finish a copy') })
    }
    return
  }
  const multipart = await beginMultipart(bucket, to)
  try {
    const parts = sources.flatMap((source) =>
      Array.from(rangesOf(source, copyPartBytes), (range): CopySource => {
        const isWhole = range.end - range.start + 1 === source.sizeBytes
        return { ...source, ...(!isWhole && { range }) }
      }),
    )
    await inParallel(parts, multipart.copyPart, copiesAtOnce)
    await multipart.complete()
  } catch (error) {
    await multipart.abort()
    throw error
  }
}
