import type { DomainEvent } from '#domain/events/domain-event.ts'
import type { Activity } from '#state/activity.ts'
import type { PendingActs } from '#state/pending-acts.ts'
import type { Pushes } from '#state/pushes.ts'
import type { Changed, Tables } from './tables.ts'

export const createMemoryPendingActs = (
  { pendingActs }: Tables,
  { activity, pushes }: { readonly activity: Activity; readonly pushes: Pushes },
  changed: Changed,
): PendingActs => ({
  async add(acts) {
    for (const act of acts) pendingActs.set(act.event.id, act)
    changed()
  },

  async complete(acts) {
    const recorded: DomainEvent[] = []
    for (const { event, push } of acts) {
      pendingActs.delete(event.id)
      if (await activity.record(event)) recorded.push(event)
      if (push !== null) await pushes.record(push)
    }
    changed()
    return recorded
  },

  async drop(ids) {
    for (const id of ids) pendingActs.delete(id)
    changed()
  },

  async all() {
    return [...pendingActs.values()]
  },
})
