import type { collectionCalls } from '#contract/endpoints/garbage-collection.ts'
import type { WireWholeness } from '#contract/jobs/garbage-collection.ts'
import type { CheckOfTags } from '#services/garbage-collection/wholeness.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import type { Handlers } from '../mount-calls.ts'
import { viewerOf } from '../accounts/viewer.ts'

export const wholenessHandlers = (services: ApiServices) =>
  ({
    getWholeness: async (context) => {
      const viewer = viewerOf(context)
      const { last, broken, brokenCount } = await services.wholeness.current()
      const body: WireWholeness = {
        verification: last && toLastVerification(last),
        broken: broken
          .filter(({ repository }) => viewer.sees(repository))
          .map(({ repository, tag, reason, foundAtMs }) => ({
            repository,
            tag,
            reason,
            foundAt: toInstant(foundAtMs),
          })),
        brokenCount,
      }
      return context.json(body)
    },
  }) satisfies Partial<Handlers<typeof collectionCalls>>

export const toLastVerification = ({
  tags,
  wholeTags,
  unread = [],
  atMs,
  full,
}: CheckOfTags): NonNullable<WireWholeness['verification']> => ({
  tags,
  wholeTags,
  unread: unread.length,
  at: toInstant(atMs),
  full,
})
