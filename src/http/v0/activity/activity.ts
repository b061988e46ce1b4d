import { serverAsPerson, type ActivityEntry, type ActivityList } from '#contract/activity.ts'
import { activityCalls } from '#contract/endpoints/activity.ts'
import { paging } from '#contract/paging.ts'
import { activityKinds, type ActivityKind } from '#domain/events/activity-kind.ts'
import { parseRepositoryName } from '#domain/values/repository-name.ts'
import type { Principal } from '#services/accounts/authentication.ts'
import { detailText } from '#domain/events/detail-text.ts'
import { subjectOf, type DomainEvent } from '#domain/events/domain-event.ts'
import type { ActivityFilter, ActivityPlace } from '#state/activity.ts'
import type * as z from 'zod/mini'
import { signedIn } from '../../middleware/access.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import { invalidParameter } from '../invalid-input.ts'
import { decodePlace, encodePlace } from '../paging.ts'
import { readQuery } from '../read-query.ts'
import type { Handlers } from '../mount-calls.ts'

const isKind = (text: string): text is ActivityKind => activityKinds.some((kind) => kind === text)

function readKinds(text: string): readonly ActivityKind[] {
  return text.split(',').map((part) => {
    const kind = part.trim()
    if (!isKind(kind)) {
      throw invalidParameter('kind', `"${kind}" is none; known are ${activityKinds.join(', ')}`)
    }
    return kind
  })
}

function readPlaceFilter(text: string): Pick<ActivityFilter, 'repository' | 'namespace'> {
  const isNamespace = text.endsWith('/')
  const name = parseRepositoryName(isNamespace ? text.slice(0, -1) : text)
  if (!name.ok) throw invalidParameter('repository', name.refusal.message)
  return isNamespace ? { namespace: name.value } : { repository: name.value }
}

function readFilter(
  query: z.infer<typeof activityCalls.listActivity.query>,
  reader: Principal,
): ActivityFilter {
  const { person, kind, repository, from, to } = query
  if (from !== undefined && to !== undefined && from > to) {
    throw invalidParameter('from', 'must not be after `to`')
  }
  return {
    ...(person === undefined ? {} : { actor: person === serverAsPerson ? null : person }),
    ...(kind === undefined ? {} : { kinds: readKinds(kind) }),
    ...(repository === undefined ? {} : readPlaceFilter(repository)),
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
    ...(reader.isAdmin
      ? {}
      : {
          visibleTo: {
            account: reader.name,
            scopes: reader.grants.map(({ scope }) => scope),
            ...(reader.createdAtMs === undefined ? {} : { sinceMs: reader.createdAtMs }),
          },
        }),
  }
}

/** An address is visible to administrators and to the person it belongs to. */
function toEntryResponse(event: DomainEvent, reader: Principal): ActivityEntry {
  const { id, atMs, kind, actor, from, repository, data } = event
  const subject = subjectOf(event)
  const isTheirs =
    atMs >= (reader.createdAtMs ?? 0) &&
    (actor === reader.name || (kind === 'sign-in refused' && subject === reader.name))
  return {
    id,
    kind,
    actor,
    repository,
    subject,
    detail: detailText(event),
    data,
    at: toInstant(atMs),
    from: reader.isAdmin || isTheirs ? from : null,
  }
}

const encode = ({ atMs, position }: ActivityPlace): string =>
  encodePlace({ value: atMs, name: String(position) })

function decode(text: string): ActivityPlace {
  const { value, name } = decodePlace(text)
  const place = { atMs: Number(value), position: Number(name) }
  if (Object.values(place).every(Number.isSafeInteger)) return place
  throw invalidParameter('pageStart', 'comes from another list')
}

/**
 * The activity, newest first. Administrators see all of it; others see what happened in
 * repositories that they may see, what they did themselves, and what was done to their account.
 */
export const activityHandlers = ({ state: { activity } }: ApiServices) =>
  ({
    listActivity: async (context) => {
      const reader = signedIn(context)
      const query = readQuery(context, activityCalls.listActivity.query)
      const filter = readFilter(query, reader)
      const { events, next } = await activity.list({
        ...filter,
        limit: query.pageSize ?? query.limit ?? paging.defaultPageSize,
        ...(query.pageStart === undefined ? {} : { after: decode(query.pageStart) }),
      })
      if (next !== null) context.header(paging.nextPageStartHeader, encode(next))
      if (query.count) {
        context.header(paging.resourceCountHeader, String(await activity.count(filter)))
      }
      const body: ActivityList = { entries: events.map((event) => toEntryResponse(event, reader)) }
      return context.json(body)
    },
  }) satisfies Partial<Handlers<typeof activityCalls>>
