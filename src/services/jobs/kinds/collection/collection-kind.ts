import type { CollectionResult } from '#domain/collection/collection-result.ts'
import { ok } from '#domain/values/result.ts'
import type { JobKind, JobSchedule } from '../../job-kind.ts'
import { collectionFacts, interruptedCollection } from './collection-facts.ts'
import { collectionCodec, type CollectionRequest } from './collection-codec.ts'
import { conflictWithCollection } from './is-collection.ts'
import { collect, endOf, ordersFor, type CollectionDeps } from './prepare-collection.ts'

/** It may remove what it finds by its own plan. */
export const collectionSchedule: JobSchedule<CollectionRequest> = {
  request: { planID: null, spareDeletedHours: null },
  changed: (before, after) => ({ kind: 'schedule changed', data: { before, after } }),
  skipped: (data) => ({ kind: 'collection skipped', data }),
}

/** A collection that removes what it finds. */
export const collectionKind = (
  deps: CollectionDeps,
): JobKind<CollectionRequest, CollectionResult> => ({
  ...collectionCodec,
  conflictWith: conflictWithCollection,
  async prepare(request) {
    const orders = await ordersFor(deps, request)
    if (!orders.ok) return orders
    return ok(async (task) => {
      // What a plan lists was looked at without it.
      if (request.planID === null) {
        await deps.cleanFirst?.(task).catch((error: unknown) => {
          task.log('warn', `not cleaned by rule before: ${String(error)}`)
        })
      }
      const freeBytes = await deps.freeBytes()
      const { result, failure } = await collect(deps, orders.value, task, false)
      return endOf({ ...result, freeBytes }, failure)
    })
  },
  schedule: collectionSchedule,
  interrupted: interruptedCollection,
  facts: collectionFacts(false),
})
