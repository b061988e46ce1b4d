import type { ActivityFilter } from './queries.ts'
import { startOfDay } from '#web/components/text/days.ts'
import { activityGroups, isGroup, type ActivityGroupName } from './activity-groups.ts'

const day = 24 * 3_600_000

export const activityRanges = {
  '24h': { label: 'Last 24 hours', durationMs: day },
  '7d': { label: 'Last 7 days', durationMs: 7 * day },
  '30d': { label: 'Last 30 days', durationMs: 30 * day },
} as const
export type ActivityRange = keyof typeof activityRanges

/** The view's state in the address. Dates are days of the reader's own calendar, `2026-11-23`. */
export interface ActivityView {
  readonly person: string
  readonly group: ActivityGroupName | null
  readonly repository: string
  /** `days`: from one day to another, both included. */
  readonly range: ActivityRange | 'days' | null
  readonly from: string
  readonly to: string
}

const isRange = (text: string | null): text is ActivityRange =>
  text !== null && Object.hasOwn(activityRanges, text)

const dayIn = (text: string | null): string =>
  text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : ''

export function readView(parameters: URLSearchParams): ActivityView {
  const kind = parameters.get('kind')
  const range = parameters.get('range')
  return {
    person: parameters.get('person') ?? '',
    group: isGroup(kind) ? kind : null,
    repository: parameters.get('repository') ?? '',
    range: isRange(range) || range === 'days' ? range : null,
    from: dayIn(parameters.get('from')),
    to: dayIn(parameters.get('to')),
  }
}

/** Clears every filter. */
export const noFilter = {
  person: null,
  kind: null,
  repository: null,
  range: null,
  from: null,
  to: null,
} as const

export const isFiltered = ({ person, group, repository, range, from, to }: ActivityView): boolean =>
  person !== '' ||
  group !== null ||
  repository !== '' ||
  (range === 'days' ? from !== '' || to !== '' : range !== null)

const instantOf = (ms: number): string => new Date(ms).toISOString()

/** The query function resolves `since`: the cache key has only the name of the range. */
export function filterOf(view: ActivityView): ActivityFilter {
  const { person, group, repository, range, from, to } = view
  const isDays = range === 'days'
  return {
    person: person || null,
    kinds: group === null ? [] : activityGroups[group].kinds,
    repository: repository || null,
    lastMs: range === null || isDays ? null : activityRanges[range].durationMs,
    from: isDays && from !== '' ? instantOf(startOfDay(from)) : null,
    to: isDays && to !== '' ? instantOf(startOfDay(to, 1)) : null,
  }
}
