import type { TrashList } from '#contract/trash.ts'
import { pageParameters } from '#contract/query-parameters.ts'
import { isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'
import * as z from 'zod/mini'
import type { ApiServices } from '../../services.ts'
import { sorted, type Order } from '../order.ts'
import { page } from '../paging.ts'
import { readQuery } from '../read-query.ts'
import type { Resource } from '../mount-resource.ts'
import { viewerOf } from '../accounts/viewer.ts'
import { toTrashEntryResponse } from './trash-entry-response.ts'

const listQuery = z.object({
  ...pageParameters,
  /** A part of the repository's name, a tag or the digest. */
  filter: z.optional(z.string()),
  repository: z.optional(z.string()),
})

/** The latest deletion comes first. */
const order: Order<TrashEntry> = {
  valueOf: ({ deletedAtMs }) => deletedAtMs,
  nameOf: ({ id }) => id,
  descending: true,
}

export const trashResource = (services: ApiServices): Resource => ({
  GET: {
    by: 'signed in',
    answer: async (context) => {
      const viewer = viewerOf(context)
      const query = readQuery(context, listQuery)
      const { registry, clock } = services
      const filter = query.filter?.toLowerCase() ?? ''
      const entries = (await registry.trash.list()).filter(
        (entry) =>
          viewer.sees(entry.repository) &&
          (query.repository === undefined || entry.repository === query.repository) &&
          matches(entry, filter),
      )
      const taken = page(context, sorted(entries, order), order, query)
      const bytes = taken.length > 0 ? await registry.queries.trashBytes() : new Map<string, null>()
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
  },
})

const matches = (entry: TrashEntry, filter: string): boolean =>
  [
    entry.repository,
    entry.digest,
    ...entry.tags.map(({ name }) => name),
    ...entry.earlierTags,
  ].some((text) => text.toLowerCase().includes(filter))
