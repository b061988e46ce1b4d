import { ok } from '#domain/values/result.ts'
import type { JobKind } from '../../job-kind.ts'
import { collectionFacts, interruptedCollection } from '../collection/collection-facts.ts'
import type { CollectionRequest } from '../collection/collection-codec.ts'
import { conflictWithCollection } from '../collection/is-collection.ts'
import { collect, endOf, ordersFor, type CollectionDeps } from '../collection/prepare-collection.ts'
import { dryRunCodec, type DryRunResult } from './dry-run-codec.ts'
import { keepPlan, type KeepPlanDeps } from './keep-plan.ts'

/** A collection that ends with its plan, which a run can be given. */
export const dryRunKind = (
  deps: CollectionDeps & KeepPlanDeps,
): JobKind<CollectionRequest, DryRunResult> => ({
  ...dryRunCodec,
  conflictWith: conflictWithCollection,
  async prepare(request) {
    const orders = await ordersFor(deps, request)
    if (!orders.ok) return orders
    return ok(async (task) => {
      const { result, plan } = await collect(deps, orders.value, task, true)
      return endOf({ ...result, planID: await keepPlan(deps, task.jobID, plan) })
    })
  },
  interrupted: interruptedCollection,
  facts: collectionFacts(true),
})
