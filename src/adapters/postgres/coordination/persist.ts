import type { Wait } from '#domain/time/clock.ts'

/** How often to try again. */
const everyMs = 50

/** Does something until it is done, or this server ends: nothing else ends it while that lives. */
export async function persist(
  closed: AbortSignal,
  wait: Wait,
  act: () => Promise<void>,
): Promise<void> {
  while (!closed.aborted) {
    try {
      await act()
      return
    } catch {
      await wait(everyMs)
    }
  }
}
