import type { TrashList } from '#contract/images/trash.ts'
import { trashCalls } from '#contract/endpoints/trash.ts'
import { isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'
import type { ApiServices } from '../../services.ts'
import { sorted, type Order } from '../order.ts'
import { page } from '../paging.ts'
import { readQuery } from '../read-query.ts'
import type { Handlers } from '../mount-calls.ts'
import { viewerOf } from '../accounts/viewer.ts'
import { toTrashEntryResponse } from './trash-entry-response.ts'

/** The latest deletion comes first. */
const order: Order<TrashEntry> = {
  valueOf: ({ deletedAtMs }) => deletedAtMs,
  nameOf: ({ id }) => id,
  descending: true,
}

export const trashHandlers = (services: ApiServices) =>
  ({
    listTrash: async (context) => {
      const viewer = viewerOf(context)
      const query = readQuery(context, trashCalls.listTrash.query)
      const { registry, clock } = services
      const filter = query.filter?.toLowerCase() ?? ''
      const entries = (await registry.trash.list()).filter(
        (entry) =>
          viewer.sees(entry.repository) &&
          (query.repository === undefined || entry.repository === query.repository) &&
          matches(entry, filter),
      )
      const taken = page(context, sorted(entries, order), order, query)
      const bytes = taken.length > 0 ? await registry.queries.heldBytes() : new Map<string, null>()
      const there = await Promise.all(
        taken.map(async (entry) =>
          isOfTags(entry)
            ? (await registry.manifests.resolveReference(entry.repository, entry.digest)) !== null
            : true,
        ),
      )
      const nowMs = clock.nowMs()
      const body: TrashList = {
        entries: taken.flatMap((entry, position) => {
          const level = viewer.levelOver(entry.repository)
          if (level === null) return []
          return [
            toTrashEntryResponse(entry, bytes.get(entry.id) ?? null, level, nowMs, there[position]),
          ]
        }),
      }
      return context.json(body)
    },
  }) satisfies Partial<Handlers<typeof trashCalls>>

const matches = (entry: TrashEntry, filter: string): boolean =>
  [
    entry.repository,
    entry.digest,
    ...entry.tags.map(({ name }) => name),
    ...entry.earlierTags,
  ].some((text) => text.toLowerCase().includes(filter))
