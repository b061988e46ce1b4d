import type { CollectionResult } from '#domain/collection/collection-result.ts'
import { ok } from '#domain/values/result.ts'
import type { JobKind } from '../../job-kind.ts'
import { collectionFacts } from './collection-facts.ts'
import { collectionForm, type CollectionRequest } from './collection-form.ts'
import { conflictWithCollection } from './collection-kinds.ts'
import { collect, endOf, ordersFor, type CollectionDeps } from './prepare-collection.ts'

/** A collection that removes what it finds. */
export const collectionKind = (
  deps: CollectionDeps,
): JobKind<CollectionRequest, CollectionResult> => ({
  ...collectionForm,
  conflictWith: conflictWithCollection,
  async prepare(request) {
    const orders = await ordersFor(deps, request)
    if (!orders.ok) return orders
    return ok(async (task) => endOf((await collect(deps, orders.value, task, false)).result))
  },
  interrupted: 'the server stopped while this ran; what it had deleted is gone, nothing else is',
  facts: collectionFacts(false),
})
