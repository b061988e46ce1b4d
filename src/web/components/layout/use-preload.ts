import { useEffect } from 'react'

/**
 * Loads code that is likely to be wanted next, so that nobody waits for it then: once there is
 * something on the screen, which it would only delay, and the browser has nothing more urgent to do.
 *
 * @param load the same function each time; what fails is said where the code is used
 * @param isReady whether there is something on the screen
 */
export function usePreload(load: () => Promise<unknown>, isReady: boolean): void {
  useEffect(() => {
    if (!isReady) return undefined
    const begin = (): void => void load().catch(() => {})
    // Safari has none.
    if (!('requestIdleCallback' in window)) return begin()
    const handle = requestIdleCallback(begin)
    return () => cancelIdleCallback(handle)
  }, [load, isReady])
}
