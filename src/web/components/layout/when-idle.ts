/** Calls when the browser is idle. Returns what takes it back. */
export function whenIdle(begin: () => void): () => void {
  // Safari has no `requestIdleCallback`.
  if (!('requestIdleCallback' in window)) {
    begin()
    return () => {}
  }
  const handle = requestIdleCallback(begin)
  return () => cancelIdleCallback(handle)
}
