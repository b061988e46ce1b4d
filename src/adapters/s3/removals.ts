import { DeleteObjectsCommand } from '@aws-sdk/client-s3'
import { inSlices } from '#domain/values/in-slices.ts'
import { failedOf, type KeyFailed } from '#storage/object-store.ts'
import type { Bucket } from './bucket.ts'
import { keysInPage } from './list-pages.ts'
import { isRefused, storeErrorOf } from './s3-errors.ts'
import type { UnsettledRemovals } from './unsettled-removals.ts'

/** Room in a request for records of earlier ones, which go with it. */
const recordsAtOnce = 10
/** The most keys that one request removes. */
export const keysAtOnce = keysInPage - recordsAtOnce

const remove = 's3:DeleteObject'

/** Errors of one key that say that it was not removed; after any other it may still be. */
const refusals = new Set(['AccessDenied', 'MethodNotAllowed', 'InvalidRequest', 'MalformedXML'])

interface RemovedOnce {
  readonly failed: ReadonlyMap<string, KeyFailed>
  /** What the store may still remove, although it said nothing or an error. */
  readonly unsure: readonly string[]
}

/**
 * Sends one removal of at most a thousand keys, once: a repetition could be applied after its key
 * was written again. Only what the answer says of a key settles it: a key that it leaves out, as in
 * an answer that another machine gave, may still be removed. Never rejects.
 */
async function removeOnce(bucket: Bucket, keys: readonly string[]): Promise<RemovedOnce> {
  const failed = new Map<string, KeyFailed>()
  const Objects = keys.map((key) => ({ Key: bucket.prefix + key }))
  try {
    const answer = await bucket.once.send(
      new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects, Quiet: false } }),
    )
    const unanswered = new Set(keys)
    const ownKey = (key = '') => key.slice(bucket.prefix.length)
    for (const { Key } of answer.Deleted ?? []) unanswered.delete(ownKey(Key))
    const unsure: string[] = []
    for (const { Key, Code: code = '', Message: message = '' } of answer.Errors ?? []) {
      const key = ownKey(Key)
      unanswered.delete(key)
      const isDenied = code === 'AccessDenied'
      const reason = isDenied ? `no permission for ${remove}` : `${code} ${message}`
      failed.set(key, { kind: 'failed', code: isDenied ? 'DENIED' : 'FAILED', reason })
      if (!refusals.has(code)) unsure.push(key)
    }
    for (const key of unanswered) {
      failed.set(key, { kind: 'failed', code: 'FAILED', reason: 'the answer does not say' })
      unsure.push(key)
    }
    return { failed, unsure }
  } catch (error) {
    for (const key of keys) failed.set(key, failedOf(storeErrorOf(error, key, remove, bucket)))
    return { failed, unsure: isRefused(error) ? [] : keys }
  }
}

/**
 * Removes keys that are there, a thousand in a request, several requests at the same time. They are
 * written down together, before the first is sent. Resolves to those that failed.
 */
export async function removeObjects(
  bucket: Bucket,
  unsettled: UnsettledRemovals,
  keys: readonly string[],
): Promise<ReadonlyMap<string, KeyFailed>> {
  if (keys.length === 0) return new Map()
  const record = await unsettled.announce(keys)
  let isSure = true
  const removals = Array.from(inSlices(keys, keysAtOnce), async (slice) => {
    const withThem = unsettled.takeFinished(recordsAtOnce)
    const { failed, unsure } = await removeOnce(bucket, [...slice, ...withThem])
    // At once: another request of these may take longer.
    unsettled.lost(unsure)
    if (unsure.length > 0) isSure = false
    return [...failed]
  })
  const failed = new Map((await Promise.all(removals)).flat())
  unsettled.ended(record, isSure)
  return failed
}

/** Removes what an earlier removal left to remove of its own. */
export async function removeRecords(bucket: Bucket, unsettled: UnsettledRemovals): Promise<void> {
  const records = unsettled.takeFinished(keysInPage)
  if (records.length > 0) await removeOnce(bucket, records)
}
