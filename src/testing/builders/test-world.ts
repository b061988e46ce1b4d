import { createMemoryState } from '#adapters/memory/memory-state.ts'
import { subjectOf, type DomainEvent } from '#domain/events/domain-event.ts'
import { detailText } from '#domain/events/detail-text.ts'

export const startMs = Date.UTC(2026, 0, 31, 12)

export type RecordedEvent = DomainEvent & {
  readonly subject: string | null
  readonly detail: string | null
}

/** An empty state, a clock that stands still until it is moved, and counted ids. */
export function createTestWorld() {
  const state = createMemoryState()
  let nowMs = startMs
  let ids = 0
  return {
    state,
    activity: state.activity,
    settings: state.settings,
    clock: { nowMs: () => nowMs },
    createId: () => `id-${(ids += 1)}`,
    moveClock: (ms: number) => {
      nowMs += ms
    },
    /** The recorded events, oldest first, with the texts of the API. */
    recorded: async (): Promise<readonly RecordedEvent[]> => {
      const { events } = await state.activity.list({ limit: 1000 })
      return events
        .toReversed()
        .map((event) => ({ ...event, subject: subjectOf(event), detail: detailText(event) }))
    },
  }
}

/** Lets everything continue that waits only for promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
}
