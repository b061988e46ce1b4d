/** Asks the person before `leave` loses what they have typed. */
export type AskToLeave = (leave: () => void) => void

const guards: AskToLeave[] = []

/**
 * Leaves a form, a dialog or a page: at once, or once the person has agreed to lose what they have
 * not saved.
 */
export function leaveBy(leave: () => void): void {
  const guard = guards.at(-1)
  if (guard) guard(leave)
  else leave()
}

/** From now on the person is asked, until the returned function is called. */
export function guardLeaving(ask: AskToLeave): () => void {
  guards.push(ask)
  return () => void guards.splice(guards.indexOf(ask), 1)
}

let guardOfHistory: ((event: PopStateEvent) => void) | null = null

/**
 * Call it before the router is rendered: a window calls its listeners in the order in which they
 * came, so that this one can keep a step through the history from the router.
 */
export function listenBeforeRouter(): void {
  window.addEventListener('popstate', (event) => guardOfHistory?.(event))
}

/** Passes steps through the history to the guard first, until the returned function is called. */
export function guardHistory(guard: (event: PopStateEvent) => void): () => void {
  guardOfHistory = guard
  return () => {
    if (guardOfHistory === guard) guardOfHistory = null
  }
}
