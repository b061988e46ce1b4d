import type { collectionCalls } from '#contract/endpoints/garbage-collection.ts'
import type { WirePlan } from '#contract/jobs/garbage-collection.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import { findCollection } from '#services/jobs/kinds/collection/collection-history.ts'
import { plannedImages } from '#services/garbage-collection/planned-images.ts'
import { StoreError } from '#storage/errors.ts'
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
        largest: await largestOf(services, plan.items),
        estimatedMs: plan.estimatedMs,
        warnings: [...plan.warnings],
      }
      return context.json(body)
    },
  }) satisfies Partial<Handlers<typeof collectionCalls>>

/** A plan can be read without the names of its images: storage may not answer. */
async function namesOr<T>(read: () => Promise<T>, without: T): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof StoreError) return without
    throw error
  }
}

async function largestOf(
  { registry }: ApiServices,
  items: readonly PlannedRemoval[],
): Promise<WirePlan['largest']> {
  const largest = items
    .filter(({ sizeBytes }) => sizeBytes > 0)
    .toSorted((one, other) => other.sizeBytes - one.sizeBytes)
    .slice(0, namedItems)
  const digests = new Set(largest.flatMap(({ digest }) => digest ?? []))
  const images = await namesOr(() => plannedImages(registry, items, digests), new Map())
  return largest.map(({ digest, repository, cause, name, isManifest, sizeBytes }) => {
    const image = digest === null ? undefined : images.get(digest)
    return {
      digest,
      repository,
      cause,
      name,
      isManifest,
      size: sizeBytes,
      image: image
        ? {
            repository: image.repository,
            digest: image.digest,
            tags: [...image.tags],
            pushedAt: image.pushedAtMs === null ? null : toInstant(image.pushedAtMs),
            others: image.others,
          }
        : null,
    }
  })
}
