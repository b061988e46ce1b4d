import type { collectionCalls } from '#contract/endpoints/garbage-collection.ts'
import type { WirePlan } from '#contract/garbage-collection.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import { findCollection } from '#services/jobs/kinds/collection/collection-history.ts'
import { ApiError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import type { Handlers } from '../mount-calls.ts'

/** The number of largest items that the answer names. */
const namedItems = 100

/** For administrators: a plan names all repositories, also hidden ones. */
export const planHandlers = (services: ApiServices) =>
  ({
    getPlan: async (context) => {
      const id = context.req.param('id') ?? ''
      const plan = await services.state.plans.find(id)
      // The run that made the plan has its sums: those that the page showed.
      const result = plan && (await findCollection(services.state.jobs, plan.jobID))?.result
      if (!plan || !result) {
        throw new ApiError(
          'NO_SUCH_PLAN',
          'there is no such plan: only the newest are kept; make a new preview',
        )
      }
      const body: WirePlan = {
        id: plan.id,
        jobID: plan.jobID,
        madeAt: toInstant(plan.madeAtMs),
        planned: result.planned,
        byCause: { ...result.byCause },
        byRepository: { ...result.byRepository },
        largest: largestOf(plan.items),
        estimatedMs: plan.estimatedMs,
        warnings: [...plan.warnings],
      }
      return context.json(body)
    },
  }) satisfies Partial<Handlers<typeof collectionCalls>>

const largestOf = (items: readonly PlannedRemoval[]): WirePlan['largest'] =>
  items
    .filter(({ sizeBytes }) => sizeBytes > 0)
    .toSorted((one, other) => other.sizeBytes - one.sizeBytes)
    .slice(0, namedItems)
    .map(({ digest, repository, cause, name, isManifest, sizeBytes }) => ({
      digest,
      repository,
      cause,
      name,
      isManifest,
      size: sizeBytes,
    }))
