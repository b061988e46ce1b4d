import { useSyncExternalStore } from 'react'

const tickMs = 10_000
const listeners = new Set<() => void>()
let nowMs = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

const tick = (): void => {
  nowMs = Date.now()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    nowMs = Date.now()
    timer = setInterval(tick, tickMs)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

const snapshot = (): number => {
  // There was no subscriber for a while: the next one must not read an old time.
  if (listeners.size === 0 && Date.now() - nowMs > tickMs) nowMs = Date.now()
  return nowMs
}

/** The time in milliseconds, renewed every ten seconds by one timer for all subscribers. */
export const useNow = (): number => useSyncExternalStore(subscribe, snapshot)
