import type { ActivityKind } from '#domain/events/activity-kind.ts'
import { factOf, type DomainEvent, type Fact } from '#domain/events/domain-event.ts'
import type { PendingActs } from '#state/pending-acts.ts'
import type { Activity } from '#state/activity.ts'
import type { State, StateParts } from '#state/state.ts'

/** An event of these kinds, with its data. */
export type EventOf<K extends ActivityKind> = Omit<DomainEvent, 'kind' | 'data'> & Fact<K>

export interface DomainEvents {
  /**
   * Calls the listener once for each event of these kinds that this process records, when it is
   * durable and before the write resolves, until the returned function is called. A listener that
   * throws is reported, and keeps neither the others nor the writer from going on.
   *
   * Not for what must be right at once: a crash after the write calls no listener. Caches listen to
   * the registry's changes instead.
   */
  subscribe<K extends ActivityKind>(
    kinds: readonly K[],
    listener: (event: EventOf<K>) => void,
  ): () => void
}

interface Subscription {
  readonly kinds: ReadonlySet<ActivityKind>
  readonly listener: (event: never) => void
}

/**
 * Lets others follow what is recorded.
 *
 * @param inner write to the returned state instead
 */
export function followEvents(
  inner: State,
  reportFailure: (error: unknown, what: string) => void,
): { readonly state: State; readonly events: DomainEvents } {
  const subscriptions = new Set<Subscription>()

  function deliver(recorded: readonly DomainEvent[]): void {
    for (const event of recorded) {
      if (factOf(event) === null) continue
      for (const { kinds, listener } of subscriptions) {
        if (!kinds.has(event.kind)) continue
        try {
          listener(event as never)
        } catch (error) {
          reportFailure(error, `what follows the event "${event.kind}" failed`)
        }
      }
    }
  }

  const state: State = {
    ...inner,
    ...recordingParts(inner, deliver),
    async transaction(act) {
      let recorded: DomainEvent[] = []
      const result = await inner.transaction((parts) => {
        // The state may try it again.
        recorded = []
        const recording = recordingParts(parts, (events) => void recorded.push(...events))
        return act({ ...parts, ...recording })
      })
      deliver(recorded)
      return result
    },
  }
  return {
    state,
    events: {
      subscribe(kinds, listener) {
        const subscription = { kinds: new Set<ActivityKind>(kinds), listener }
        subscriptions.add(subscription)
        return () => void subscriptions.delete(subscription)
      },
    },
  }
}

/** The parts that record events, and tell which of them are new. */
function recordingParts(
  { activity, pendingActs }: Pick<StateParts, 'activity' | 'pendingActs'>,
  tell: (events: readonly DomainEvent[]) => void,
): { readonly activity: Activity; readonly pendingActs: PendingActs } {
  return {
    activity: {
      ...activity,
      async record(event) {
        const isNew = await activity.record(event)
        if (isNew) tell([event])
        return isNew
      },
    },
    pendingActs: {
      ...pendingActs,
      async complete(acts) {
        const events = await pendingActs.complete(acts)
        tell(events)
        return events
      },
    },
  }
}
