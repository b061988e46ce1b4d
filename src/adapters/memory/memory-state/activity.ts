import { concernsAccount, type DomainEvent } from '#domain/events/domain-event.ts'
import type { Activity, ActivityFilter, ActivityPlace, ActivityReader } from '#state/activity.ts'
import type { Changed, Tables } from './tables.ts'

const isWithin = (repository: string | null, scope: string): boolean =>
  repository === scope || (repository?.startsWith(`${scope}/`) ?? false)

const isVisible = (
  event: DomainEvent,
  { account, scopes, sinceMs = -Infinity }: ActivityReader,
): boolean =>
  (event.atMs >= sinceMs && (event.actor === account || concernsAccount(event, account))) ||
  scopes.some((scope) => isWithin(event.repository, scope))

const matches = (event: DomainEvent, filter: ActivityFilter): boolean =>
  (filter.repository === undefined || event.repository === filter.repository) &&
  (filter.namespace === undefined || !!event.repository?.startsWith(`${filter.namespace}/`)) &&
  (filter.actor === undefined || event.actor === filter.actor) &&
  (filter.kinds === undefined || filter.kinds.includes(event.kind)) &&
  (filter.fromMs === undefined || event.atMs >= filter.fromMs) &&
  (filter.toMs === undefined || event.atMs < filter.toMs) &&
  (filter.visibleTo === undefined || isVisible(event, filter.visibleTo))

/** Less than 0 if `one` comes first, that is, if it is newer. */
const compare = (one: ActivityPlace, other: ActivityPlace): number =>
  other.atMs - one.atMs || other.position - one.position

/** The ids of a record that grows, and that a transaction may cut back. */
function createIds(activity: readonly DomainEvent[]) {
  let ids = new Set<string>()
  return (): Set<string> => {
    if (ids.size !== activity.length) ids = new Set(activity.map(({ id }) => id))
    return ids
  }
}

export function createMemoryActivity({ activity }: Tables, changed: Changed): Activity {
  const ids = createIds(activity)
  return {
    async record(event) {
      const recorded = ids()
      if (recorded.has(event.id)) return false
      activity.push(event)
      recorded.add(event.id)
      changed()
      return true
    },

    async list({ after, limit, ...filter }) {
      const following = activity
        .map((event, position) => ({ event, place: { atMs: event.atMs, position } }))
        .filter(
          ({ event, place }) =>
            matches(event, filter) && (after === undefined || compare(after, place) < 0),
        )
        .toSorted((one, other) => compare(one.place, other.place))
      return {
        events: following.slice(0, limit).map(({ event }) => event),
        next: following.length > limit ? (following[limit - 1]?.place ?? null) : null,
      }
    },

    async count(filter) {
      return activity.reduce((count, event) => count + Number(matches(event, filter)), 0)
    },
  }
}
