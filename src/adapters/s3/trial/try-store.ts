import { randomUUID } from 'node:crypto'
import { AbortMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { StoreError } from '#storage/errors.ts'
import { at, openBucket, type Bucket, type S3Limits, type S3Settings } from '../bucket.ts'
import { unfinishedObjects } from '../left-over-parts.ts'
import { listPage } from '../list-pages.ts'
import { privatePrefix } from '../listed-keys.ts'
import { beginMultipart, createUpload } from '../multipart.ts'
import { getOutcome, headObject } from '../reads.ts'
import { removeObjects } from '../removals.ts'
import { calling, isConditionFailed, isRefused, storeErrorOf } from '../s3-errors.ts'
import { noPermission, StoreTrouble, troubleOf } from '../store-trouble.ts'
import { createUnsettledRemovals } from '../unsettled-removals.ts'
import { signatureMs, signWritesAs } from '../sharing/write-date.ts'
import { copyObjects } from '../writes.ts'

/** One of the things that a server does with its bucket. */
export interface StoreTrial {
  /** "list objects" */
  readonly to: string
  /** Null: it can. */
  readonly trouble: StoreTrouble | null
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

const noConditions = () =>
  new StoreTrouble(
    'it ignores the conditions of writes (If-Match, If-None-Match), without which two servers could not tell that they share it',
    'use another store, or a newer version of this one',
  )

/** Whether the store made a conditional write. Rejects where it failed for another reason. */
async function isWritten(
  bucket: Bucket,
  key: string,
  text: string,
  condition: { readonly IfMatch: string } | { readonly IfNoneMatch: '*' },
): Promise<boolean> {
  try {
    const put = { ...at(bucket, key), Body: bytesOf(text), ...condition }
    await bucket.once.send(new PutObjectCommand(put))
    return true
  } catch (error) {
    if (isConditionFailed(error)) return false
    if ((error as { readonly name?: string }).name === 'NotImplemented') throw noConditions()
    throw storeErrorOf(error, key, 's3:PutObject', bucket)
  }
}

/** Resolves to the bucket, opened as its store wants the ETags of conditions. */
async function tryConditions(bucket: Bucket, key: string, open: (quotes: boolean) => Bucket) {
  if (await isWritten(bucket, key, 'second', { IfNoneMatch: '*' })) throw noConditions()
  const plain = ((await headObject(bucket, key))?.etag ?? '').replaceAll('"', '')
  if (await isWritten(bucket, key, 'third', { IfMatch: '0123456789abcdef0123456789abcdef' })) {
    throw noConditions()
  }
  if (await isWritten(bucket, key, 'fourth', { IfMatch: plain })) return bucket
  if (await isWritten(bucket, key, 'fourth', { IfMatch: `"${plain}"` })) return open(true)
  throw noConditions()
}

async function tryToRead(bucket: Bucket, key: string): Promise<void> {
  const got = await getOutcome(bucket, key, 100)
  if (got.kind === 'found') return
  if (got.kind === 'absent') {
    throw new StoreTrouble(
      'what was just written to it is not there',
      'use a store whose reads see every write before them',
    )
  }
  // Tells why, which an outcome of many does not.
  await headObject(bucket, key)
  throw new StoreTrouble(
    got.kind === 'failed' ? got.reason : got.kind,
    'look at the log of the store',
  )
}

async function tryToCopy(bucket: Bucket, key: string, to: string): Promise<void> {
  const head = await headObject(bucket, key)
  if (head !== null) await copyObjects(bucket, [{ key, ...head }], to)
}

async function tryParts(bucket: Bucket, key: string): Promise<void> {
  const multipart = await beginMultipart(bucket, key)
  try {
    await multipart.sendPart(bytesOf('part'))
    await multipart.complete()
  } catch (error) {
    await multipart.abort()
    throw error
  }
}

async function tryToGiveUp(bucket: Bucket, key: string): Promise<void> {
  const upload = await createUpload(bucket, key)
  await calling(bucket, key, 's3:AbortMultipartUpload', () =>
    bucket.client.send(new AbortMultipartUploadCommand(upload)),
  )
}

async function tryToFindUnfinished(bucket: Bucket): Promise<void> {
  for await (const _ of unfinishedObjects(bucket, privatePrefix)) return
}

async function tryToRemove(bucket: Bucket, keys: readonly string[]): Promise<void> {
  for (const [key, { code, reason }] of await removeObjects(
    bucket,
    createUnsettledRemovals(bucket),
    keys,
  )) {
    throw code === 'DENIED'
      ? noPermission('s3:DeleteObject')
      : new StoreTrouble(reason, 'look at the log of the store', {
          cause: new StoreError(code, key),
        })
  }
}

async function attempt(to: string, act: () => Promise<void>): Promise<StoreTrial> {
  try {
    await act()
    return { to, trouble: null }
  } catch (error) {
    return { to, trouble: troubleOf(error) }
  }
}

/** Whether the store refuses what was signed so long ago that others no longer count on its sender. */
async function tryOldSignature(old: Bucket, key: string): Promise<void> {
  const signedAtMs = Date.now() - signatureMs - 2 * maximumSkewMs
  signWritesAs(old.once, () => new Date(signedAtMs))
  try {
    await old.once.send(new PutObjectCommand({ ...at(old, key), Body: bytesOf('old') }))
  } catch (error) {
    if (isRefused(error)) return
    throw storeErrorOf(error, key, 's3:PutObject', old)
  } finally {
    old.client.destroy()
  }
  throw new StoreTrouble(
    'it takes requests that were signed more than a quarter of an hour ago, so that a server which was frozen could still write when others do without it',
    'use another store, or one server',
  )
}

/** How far the clocks may be apart. */
const maximumSkewMs = 60_000

async function compareClocks({ clockLag }: Bucket): Promise<void> {
  if (clockLag.skewMs() <= maximumSkewMs) return
  const seconds = Math.round(clockLag.skewMs() / 1000)
  throw new StoreTrouble(
    `its clock is ${seconds} seconds away from this machine's`,
    'set both by NTP: what is old enough to go is told by them',
  )
}

export interface TrialOptions {
  readonly limits?: S3Limits
  /** Whether several servers will write to it. Default: one. */
  readonly isForSeveral?: boolean
}

/**
 * Tries all that a server needs of its bucket, with objects of its own, which it removes again. Goes
 * on after a right that is missing, as far as the rest does not need it. Returns the bucket, opened
 * as its store wants.
 */
export async function* tryStore(
  settings: S3Settings,
  { limits, isForSeveral = false }: TrialOptions = {},
): AsyncGenerator<StoreTrial, Bucket> {
  let bucket = openBucket(settings, limits)
  const probe = `${privatePrefix}probe/${randomUUID()}`
  const [copied, inParts] = [`${probe}-copied`, `${probe}-parts`]
  const written = new Set<string>()

  const making = (to: string, key: string, act: () => Promise<void>): Promise<StoreTrial> =>
    attempt(to, async () => {
      await act()
      written.add(key)
    })

  try {
    const list = await attempt('list objects', async () => {
      await listPage(bucket, { prefix: '', maximumKeys: 1 })
    })
    yield list
    // Where it is not even reached, nothing else says more.
    if (list.trouble && list.trouble.missing === null) return bucket
    yield await making('write an object', probe, async () => {
      if (!(await isWritten(bucket, probe, 'first', { IfNoneMatch: '*' }))) throw noConditions()
    })
    if (written.has(probe)) {
      const read = await attempt('read an object', () => tryToRead(bucket, probe))
      yield read
      if (read.trouble === null) {
        yield await attempt('write under conditions', async () => {
          bucket = await tryConditions(bucket, probe, (quotes) =>
            openBucket(settings, limits, quotes),
          )
        })
        yield await making('copy an object', copied, () => tryToCopy(bucket, probe, copied))
      }
    }
    if (isForSeveral && written.has(probe)) {
      yield await attempt('have old signatures refused', () =>
        tryOldSignature(openBucket(settings, limits), probe),
      )
    }
    yield await making('send an object in parts', inParts, () => tryParts(bucket, inParts))
    yield await attempt('give up an object in parts', () => tryToGiveUp(bucket, inParts))
    yield await attempt('find objects in parts', () => tryToFindUnfinished(bucket))
    if (written.size > 0) {
      const keys = [...written]
      written.clear()
      yield await attempt('remove objects', () => tryToRemove(bucket, keys))
    }
    yield await attempt('keep time with it', () => compareClocks(bucket))
    return bucket
  } finally {
    if (written.size > 0) await tryToRemove(bucket, [...written]).catch(() => {})
  }
}

/**
 * A bucket in which all was tried that a server needs. Rejects with a `StoreTrouble`, whose message
 * says what is wrong.
 */
export async function openProvenBucket(
  settings: S3Settings,
  options: TrialOptions = {},
): Promise<Bucket> {
  const trying = tryStore(settings, options)
  for (;;) {
    const next = await trying.next()
    if (next.done) return next.value
    if (next.value.trouble === null) continue
    await trying.return(openBucket(settings, options.limits))
    throw next.value.trouble
  }
}
