import { createMemoryState } from '#adapters/memory/memory-state.ts'
import type { ActivityEvent } from '#state/activity.ts'

export const startMs = Date.UTC(2026, 0, 31, 12)

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
    /** The recorded events, oldest first. */
    recorded: async (): Promise<readonly ActivityEvent[]> =>
      (await state.activity.list({ limit: 1000 })).events.toReversed(),
  }
}

/** Lets everything continue that waits only for promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
}
