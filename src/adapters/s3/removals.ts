import { DeleteObjectsCommand } from '@aws-sdk/client-s3'
import { inSlices } from '#domain/values/in-slices.ts'
import {
  failedOf,
  type DeleteOptions,
  type DeleteOutcome,
  type KeyFailed,
} from '#storage/object-store.ts'
import type { Bucket } from './bucket.ts'
import { keysInPage } from './list-pages.ts'
import { lookAtKeys } from './look-at-keys.ts'
import { isRefused, storeErrorOf } from './s3-errors.ts'
import type { UnsettledRemovals } from './unsettled-removals.ts'

/** Room in a request for records of earlier ones, which go with it. */
const recordsAtOnce = 10
const keysAtOnce = keysInPage - recordsAtOnce

const remove = 's3:DeleteObject'

/** Errors of one key that say that it was not removed; after any other it may still be. */
const refusals = new Set(['AccessDenied', 'MethodNotAllowed', 'InvalidRequest', 'MalformedXML'])

/**
 * Sends one removal of at most a thousand keys, once: a repetition could be applied after its key
 * was written again. Resolves to the keys that failed.
 */
async function removeOnce(
  bucket: Bucket,
  keys: readonly string[],
): Promise<{
  readonly failed: ReadonlyMap<string, KeyFailed>
  readonly unsure: readonly string[]
}> {
  const failed = new Map<string, KeyFailed>()
  const Objects = keys.map((key) => ({ Key: bucket.prefix + key }))
  try {
    const answer = await bucket.once.send(
      new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects, Quiet: true } }),
    )
    const unsure: string[] = []
    for (const { Key = '', Code: code = '', Message: message = '' } of answer.Errors ?? []) {
      const key = Key.slice(bucket.prefix.length)
      const isDenied = code === 'AccessDenied'
      const reason = isDenied ? `no permission for ${remove}` : `${code} ${message}`
      failed.set(key, { kind: 'failed', code: isDenied ? 'DENIED' : 'FAILED', reason })
      if (!refusals.has(code)) unsure.push(key)
    }
    return { failed, unsure }
  } catch (error) {
    for (const key of keys) failed.set(key, failedOf(storeErrorOf(error, key, remove, bucket)))
    return { failed, unsure: isRefused(error) ? [] : keys }
  }
}

/** Removes at most `keysAtOnce` keys that are there. Resolves to those that failed. */
export async function removeObjects(
  bucket: Bucket,
  unsettled: UnsettledRemovals,
  keys: readonly string[],
): Promise<ReadonlyMap<string, KeyFailed>> {
  const record = await unsettled.announce(keys)
  const withThem = unsettled.takeFinished(recordsAtOnce)
  const { failed, unsure } = await removeOnce(bucket, [...keys, ...withThem])
  if (unsure.length > 0) unsettled.lost(unsure, record)
  else unsettled.settled(record)
  return failed
}

/** Removes what an earlier removal left to remove of its own. */
export async function removeRecords(bucket: Bucket, unsettled: UnsettledRemovals): Promise<void> {
  const records = unsettled.takeFinished(keysInPage)
  if (records.length > 0) await removeOnce(bucket, records)
}

async function removeSlice(
  bucket: Bucket,
  unsettled: UnsettledRemovals,
  keys: readonly string[],
  { unlessModifiedSinceMs = Infinity, prunes = false }: DeleteOptions,
): Promise<readonly DeleteOutcome[]> {
  const outcomes = new Map<string, DeleteOutcome>()
  const settled = keys.filter((key) => {
    try {
      unsettled.assertSettled(key)
      return true
    } catch (error) {
      outcomes.set(key, failedOf(error))
      return false
    }
  })
  const wholeFolders = prunes === 'whole folder'
  const { found, beside } = await lookAtKeys(bucket, settled, { wholeFolders })
  const victims: string[] = []
  for (const key of new Set(settled)) {
    const object = found.get(key)
    if (object === undefined) outcomes.set(key, { kind: 'absent' })
    else if (object.modifiedAtMs >= unlessModifiedSinceMs) outcomes.set(key, { kind: 'modified' })
    else victims.push(key)
  }
  // With the link of a folder goes what else is in it; where the link stays, so does the rest.
  const staying = new Set([...outcomes].filter(([, { kind }]) => kind !== 'absent').map(folderAt))
  const others = beside.filter(({ key }) => !staying.has(folderAt([key]))).map(({ key }) => key)
  const failed = new Map<string, KeyFailed>()
  for (const slice of inSlices([...victims, ...others], keysAtOnce)) {
    for (const [key, failure] of await removeObjects(bucket, unsettled, slice)) {
      failed.set(key, failure)
    }
  }
  for (const key of victims) {
    const bytes = found.get(key)?.sizeBytes ?? 0
    outcomes.set(key, failed.get(key) ?? { kind: 'removed', bytes })
  }
  const seen = new Set<string>()
  return keys.map((key) => {
    const outcome = outcomes.get(key) ?? { kind: 'absent' as const }
    const isAgain = seen.has(key)
    seen.add(key)
    return isAgain && outcome.kind === 'removed' ? { kind: 'absent' } : outcome
  })
}

const folderAt = ([key]: readonly [string, ...unknown[]]): string =>
  key.slice(0, key.lastIndexOf('/') + 1)

/** Looks at many keys, and removes those that may go, a thousand at a time. */
export async function deleteKeys(
  bucket: Bucket,
  unsettled: UnsettledRemovals,
  keys: readonly string[],
  how: DeleteOptions,
): Promise<readonly DeleteOutcome[]> {
  const { maximumMs = Infinity } = how
  const startedAtMs = performance.now()
  const outcomes: DeleteOutcome[] = []
  for (const slice of inSlices(keys, keysAtOnce)) {
    const isOver = outcomes.length > 0 && performance.now() - startedAtMs >= maximumMs
    if (isOver) for (const _ of slice) outcomes.push({ kind: 'not tried' })
    else {
      for (const one of await removeSlice(bucket, unsettled, slice, how)) outcomes.push(one)
    }
  }
  return outcomes
}
