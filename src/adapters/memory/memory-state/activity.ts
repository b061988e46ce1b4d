import type { Activity } from '#state/activity.ts'
import type { Changed, Tables } from './tables.ts'

export const createMemoryActivity = ({ activity }: Tables, changed: Changed): Activity => ({
  async record(event) {
    activity.push(event)
    changed()
  },

  async list({ repository, actor, kinds, fromMs, toMs, offset, limit }) {
    const matching = activity.filter(
      (event) =>
        (repository === undefined || event.repository === repository) &&
        (actor === undefined || event.actor === actor) &&
        (kinds === undefined || kinds.includes(event.kind)) &&
        (fromMs === undefined || event.atMs >= fromMs) &&
        (toMs === undefined || event.atMs < toMs),
    )
    // Sorting is stable: of the same instant, what was recorded last comes first.
    const newestFirst = matching.toReversed().toSorted((one, other) => other.atMs - one.atMs)
    return { events: newestFirst.slice(offset, offset + limit), total: matching.length }
  },
})
