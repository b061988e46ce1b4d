import { useEffect } from 'react'

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
    const begin = (): void => void load().catch(() => {})
    // Safari has no `requestIdleCallback`.
    if (!('requestIdleCallback' in window)) return begin()
    const handle = requestIdleCallback(begin)
    return () => cancelIdleCallback(handle)
  }, [load, isReady])
}
