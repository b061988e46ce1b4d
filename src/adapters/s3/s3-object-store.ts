import { StoreError } from '#storage/errors.ts'
import { errorOfKey, type ObjectStore, type Prefix } from '#storage/object-store.ts'
import { assertSafePath } from '#storage/storage-path.ts'
import type { Bucket } from './bucket.ts'
import { inParallel } from './in-parallel.ts'
import { inOneOrder } from './listed-keys.ts'
import { listPage, listPages } from './list-pages.ts'
import { getOutcome, headObject, headOutcome, openObject } from './reads.ts'
import type { DeleteKeys } from './removal-queue.ts'
import { removeObjects } from './removals.ts'
import type { UnsettledRemovals } from './unsettled-removals.ts'
import { copyObjects, putBody } from './writes.ts'

/** Throws `StoreError` `INVALID_PATH`. */
export function assertPrefix(prefix: Prefix): void {
  if (prefix === '') return
  if (!prefix.endsWith('/')) throw new StoreError('INVALID_PATH', prefix)
  assertSafePath(prefix.slice(0, -1))
}

/** The same for a prefix that may not be the whole store. */
function assertFolder(prefix: Prefix): void {
  if (prefix === '') throw new StoreError('INVALID_PATH', prefix)
  assertPrefix(prefix)
}

/** Whether there is no key below a prefix, nor one in the place of its folder. */
async function isEmptyFolder(bucket: Bucket, prefix: string): Promise<boolean> {
  const folder = prefix.slice(0, -1)
  const [first] = (await listPage(bucket, { prefix: folder, maximumKeys: 1 })).objects
  if (first === undefined) return true
  if (first.key === folder || first.key.startsWith(prefix)) return false
  return (await listPage(bucket, { prefix, maximumKeys: 1 })).objects.length === 0
}

const assertKeys = (keys: readonly string[]): void => keys.forEach(assertSafePath)

/**
 * The objects of a bucket. Nothing hides others here, and there are no folders. A removal whose
 * answer was lost leaves its keys absent, and closed to writers, until the store cannot apply it
 * any more.
 */
export function createS3ObjectStore(
  bucket: Bucket,
  unsettled: UnsettledRemovals,
  deleteKeys: DeleteKeys,
): ObjectStore {
  return {
    async get(key, part) {
      assertSafePath(key)
      return unsettled.isUnsettled(key) ? null : await openObject(bucket, key, part)
    },

    async getMany(keys, { maximumBytes }) {
      assertKeys(keys)
      return await inParallel(keys, async (key) =>
        unsettled.isUnsettled(key)
          ? { kind: 'absent' }
          : await getOutcome(bucket, key, maximumBytes),
      )
    },

    async headMany(keys) {
      assertKeys(keys)
      return await inParallel(keys, async (key) =>
        unsettled.isUnsettled(key) ? { kind: 'absent' } : await headOutcome(bucket, key),
      )
    },

    async put(key, body) {
      assertSafePath(key)
      unsettled.assertSettled(key)
      return (await putBody(bucket, key, body)).sizeBytes
    },

    async *list(prefix, { delimiter, after } = {}) {
      assertPrefix(prefix)
      const request = {
        prefix,
        ...(delimiter && { delimiter }),
        ...(after !== undefined && { after }),
      }
      for await (const { objects, prefixes } of listPages(bucket, request)) {
        const listed = inOneOrder(objects, prefixes, after)
        if (listed.length > 0) yield listed
      }
    },

    async deleteMany(keys, how = {}) {
      assertKeys(keys)
      return await deleteKeys(keys, how)
    },

    async move(from, to) {
      assertKeys([from, to])
      unsettled.assertSettled(from)
      unsettled.assertSettled(to)
      const head = await headObject(bucket, from)
      if (head === null) throw new StoreError('NOT_FOUND', from)
      await copyObjects(bucket, [{ key: from, ...head }], to)
      const failed = (await removeObjects(bucket, unsettled, [from])).get(from)
      if (failed) throw errorOfKey(failed, from)
    },

    async pruneMany(prefixes) {
      for (const prefix of prefixes) assertFolder(prefix)
      return await inParallel(prefixes, (prefix) => isEmptyFolder(bucket, prefix))
    },
  }
}
