import { noStoredParts } from '#domain/collection/stored-parts.ts'
import { naturalKey } from '#domain/values/natural-order.ts'
import type { Repository, RepositoryList, repositorySorts } from '#contract/images/repositories.ts'
import { repositoryListCalls } from '#contract/endpoints/repositories.ts'
import { splitRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import type { RepositorySummary } from '#registry/queries/repository-queries.ts'
import { isOfTags } from '#registry/trash/trash-entry.ts'
import type { Context } from 'hono'
import type { Env } from '../../request-context.ts'
import type { ApiServices } from '../../services.ts'
import { toInstantOrNull } from '../instant.ts'
import { sorted, type Order, type SortValue } from '../order.ts'
import { page } from '../paging.ts'
import { readQuery } from '../read-query.ts'
import type { Handlers } from '../mount-calls.ts'
import { viewerOf, type Viewer } from '../accounts/viewer.ts'

const namedUnreadable = 10

const nameOf = ({ id }: Repository): string => naturalKey(id)

const valueOf: Record<(typeof repositorySorts)[number], (item: Repository) => SortValue> = {
  name: nameOf,
  tagCount: (item) => item.tagCount,
  size: (item) => item.size,
  // Unknown sorts before zero.
  reclaimable: (item) => item.reclaimable ?? -1,
  // All instants have the same form, so their order as text is their order in time; never pushed to
  // comes first.
  lastPushedAt: (item) => item.lastPushedAt ?? '',
}

export const repositoriesHandlers = (services: ApiServices) =>
  ({
    listRepositories: async (context) => {
      const viewer = viewerOf(context)
      return context.json(await listRepositories(context, services, viewer, () => true))
    },
  }) satisfies Partial<Handlers<typeof repositoryListCalls>>

/**
 * A page of the repositories that the viewer may see.
 *
 * @param among the repositories that the list covers, before the query filters them
 */
export async function listRepositories(
  context: Context<Env>,
  services: ApiServices,
  viewer: Viewer,
  among: (repository: Repository) => boolean,
): Promise<RepositoryList> {
  const query = readQuery(context, repositoryListCalls.listRepositories.query)
  const { field, descending } = query.sort ?? { field: 'name' as const, descending: false }
  const order: Order<Repository> = {
    valueOf: valueOf[field],
    nameOf,
    descending,
  }
  const filter = query.filter?.toLowerCase() ?? ''
  const matching = (await visibleRepositories(services, viewer)).filter(
    (repository) =>
      among(repository) &&
      repository.id.includes(filter) &&
      (query.namespace === undefined || repository.namespace === query.namespace),
  )
  return { repositories: [...page(context, sorted(matching, order), order, query)] }
}

/** Every repository that the viewer may see, in no particular order. */
export async function visibleRepositories(
  services: ApiServices,
  viewer: Viewer,
): Promise<readonly Repository[]> {
  const summaries = await services.registry.queries.repositories()
  const visible = summaries.filter(({ name }) => viewer.sees(name))
  return toRepositoriesResponse(services, viewer, visible)
}

export async function toRepositoriesResponse(
  services: ApiServices,
  viewer: Viewer,
  summaries: readonly RepositorySummary[],
): Promise<readonly Repository[]> {
  if (summaries.length === 0) return []
  const { view, isCurrent } = await services.reclaimable.peekView()
  const byRepository = view?.error === null ? view.byRepository : null
  const stored = view?.stored ?? null
  const bare = summaries.filter(
    ({ manifestCount, tagCount, unreadable }) => manifestCount + tagCount + unreadable.length === 0,
  )
  const trash = bare.length > 0 ? await services.registry.trash.list() : []
  const empty = new Set(bare.map(({ name }) => name))
  /** Deleted whole, and nothing was pushed since: there is no such repository until it comes back. */
  const deleted = new Set<RepositoryName>()
  for (const entry of trash) {
    if (entry.isOfRepository && empty.has(entry.repository)) deleted.add(entry.repository)
  }
  for (const entry of trash) if (!isOfTags(entry)) empty.delete(entry.repository)
  return summaries.flatMap((summary) => {
    const accessLevel = viewer.levelOver(summary.name)
    if (accessLevel === null || deleted.has(summary.name)) return []
    return [
      {
        id: summary.name,
        ...splitRepositoryName(summary.name),
        tagCount: summary.tagCount,
        empty: empty.has(summary.name),
        size: summary.sizeBytes,
        reclaimable: byRepository && (byRepository[summary.name]?.bytes ?? 0),
        storage: stored && { ...(stored.byRepository.get(summary.name) ?? noStoredParts) },
        reclaimableIsCurrent: isCurrent,
        lastPushedAt: toInstantOrNull(summary.lastPushedAtMs),
        unreadableCount: summary.unreadable.length,
        unreadable: summary.unreadable.slice(0, namedUnreadable),
        accessLevel,
      },
    ]
  })
}
