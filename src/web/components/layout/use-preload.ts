import { useEffect } from 'react'

/** Acts when the browser is idle. Returns what calls it off. */
export function whenIdle(act: () => void): (() => void) | undefined {
  // Safari has no `requestIdleCallback`.
  if (!('requestIdleCallback' in window)) {
    act()
    return undefined
  }
  const handle = requestIdleCallback(act)
  return () => cancelIdleCallback(handle)
}

/**
 * Loads code that is likely to be needed next, so that the person does not wait for it then. It
 * starts after the page shows something, which it would delay, and when the browser is idle.
 *
 * @param load the same function at each call; the component that uses the code reports a failure
 * @param isReady whether the page shows something
 */
export function usePreload(load: () => Promise<unknown>, isReady: boolean): void {
  useEffect(() => {
    if (!isReady) return undefined
    return whenIdle(() => void load().catch(() => {}))
  }, [load, isReady])
}
