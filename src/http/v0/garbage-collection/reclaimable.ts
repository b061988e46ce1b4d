import { collectionCalls } from '#contract/endpoints/garbage-collection.ts'
import type { Reclaimable } from '#contract/jobs/garbage-collection.ts'
import { ApiError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import { readQuery } from '../read-query.ts'
import type { Handlers } from '../mount-calls.ts'
import { viewerOf } from '../accounts/viewer.ts'
import { toLastVerification } from './wholeness.ts'

export const reclaimableHandlers = (services: ApiServices) =>
  ({
    getReclaimable: async (context) => {
      const { isAdmin } = viewerOf(context)
      const { untaggedMinimumAgeHours, current } = readQuery(
        context,
        collectionCalls.getReclaimable.query,
      )
      const waits = current ? 'until current' : undefined
      const { reclaimable } = services
      // It reads the whole storage, for an answer that only people who may change the policy need.
      if (untaggedMinimumAgeHours !== undefined && !isAdmin) {
        throw new ApiError('NOT_AUTHORIZED', 'only administrators can try out another policy')
      }
      const view =
        untaggedMinimumAgeHours === undefined
          ? await reclaimable.currentView(waits)
          : await reclaimable.viewIf({ collectUntagged: true, untaggedMinimumAgeHours }, waits)
      const { last } = await services.wholeness.found()
      const { error } = view
      const body: Reclaimable = {
        asOf: toInstant(view.asOfMs),
        isCurrent: view.isCurrent,
        reclaimable: view.reclaimable,
        byCause: { ...view.byCause },
        storedBytes: view.storedBytes,
        tagCount: view.tagCount,
        repositoryCount: view.repositoryCount,
        verification: last && toLastVerification(last),
        // The reason names the repository that cannot be read.
        error:
          error === null || isAdmin ? error : 'It cannot be told now; an administrator sees why.',
      }
      return context.json(body)
    },
  }) satisfies Partial<Handlers<typeof collectionCalls>>
