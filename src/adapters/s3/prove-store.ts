import { randomUUID } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { StoreError } from '#storage/errors.ts'
import { at, openBucket, type Bucket, type S3Limits, type S3Settings } from './bucket.ts'
import { listPage } from './list-pages.ts'
import { privatePrefix } from './listed-keys.ts'
import { getOutcome, headObject } from './reads.ts'
import { isConditionFailed, storeErrorOf } from './s3-errors.ts'
import { createUnsettledRemovals } from './unsettled-removals.ts'
import { removeObjects } from './removals.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

const unfit = (key: string, reason: string) =>
  new StoreError('FAILED', key, { cause: new Error(reason) })

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
    throw storeErrorOf(error, key, 's3:PutObject', bucket)
  }
}

/** How far the clocks may be apart. */
const maximumSkewMs = 60_000

/**
 * Tries everything that a server needs with an object of its own: to list, write, read and remove,
 * and that the store heeds conditions. Rejects with what is wrong; resolves to the bucket, opened as
 * its store wants.
 */
export async function openProvenBucket(settings: S3Settings, limits?: S3Limits): Promise<Bucket> {
  const bucket = openBucket(settings, limits)
  const key = `${privatePrefix}probe/${randomUUID()}`
  await listPage(bucket, { prefix: '', maximumKeys: 1 })
  const noConditions = unfit(
    key,
    'it ignores the conditions of writes (If-Match, If-None-Match), without which two servers could not tell that they share it',
  )
  try {
    if (!(await isWritten(bucket, key, 'first', { IfNoneMatch: '*' }))) throw noConditions
    if (await isWritten(bucket, key, 'second', { IfNoneMatch: '*' })) throw noConditions
  } catch (error) {
    const { cause } = error as { cause?: { cause?: { name?: string } } }
    throw cause?.cause?.name === 'NotImplemented' ? noConditions : error
  }
  const got = await getOutcome(bucket, key, 100)
  if (got.kind === 'failed') throw unfit(key, got.reason)
  if (got.kind !== 'found') throw unfit(key, 'what was just written to it is not there')
  const { etag = '' } = (await headObject(bucket, key)) ?? {}
  const plain = etag.replaceAll('"', '')
  if (await isWritten(bucket, key, 'third', { IfMatch: '0123456789abcdef0123456789abcdef' })) {
    throw noConditions
  }
  const takesPlain = await isWritten(bucket, key, 'fourth', { IfMatch: plain })
  if (!takesPlain && !(await isWritten(bucket, key, 'fourth', { IfMatch: `"${plain}"` }))) {
    throw noConditions
  }
  const unsettled = createUnsettledRemovals(bucket)
  for (const [, { code, reason }] of await removeObjects(bucket, unsettled, [key])) {
    throw new StoreError(code, key, { cause: new Error(reason) })
  }
  if (bucket.clockLag.skewMs() > maximumSkewMs) {
    const seconds = Math.round(bucket.clockLag.skewMs() / 1000)
    throw unfit(key, `its clock is ${seconds} seconds away from this machine's: set both by NTP`)
  }
  return takesPlain ? bucket : openBucket(settings, limits, true)
}
