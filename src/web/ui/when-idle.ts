/**
 * Does something once the browser has nothing more urgent to do; at once where it cannot tell (Safari).
 *
 * @returns forgets it, if it is not done yet
 */
export function whenIdle(act: () => void): () => void {
  if (!('requestIdleCallback' in window)) {
    act()
    return () => undefined
  }
  const handle = requestIdleCallback(act)
  return () => cancelIdleCallback(handle)
}
