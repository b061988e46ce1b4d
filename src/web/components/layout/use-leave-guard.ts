import { useCallback, useEffect, useRef, useState } from 'react'

/** Where an entry of the session's history stands, as the router notes it. */
function positionIn(state: unknown): number {
  const idx: unknown = typeof state === 'object' && state !== null && 'idx' in state && state.idx
  return typeof idx === 'number' ? idx : 0
}

/**
 * Holds up what would lose something edited that is not saved: closing it, and going back or on in
 * the browser. The browser asks by itself before the page is closed or loaded again.
 */
export function useLeaveGuard() {
  // Not in state: who saves and leaves in one go is not asked.
  const isEdited = useRef(false)
  const [leaving, setLeaving] = useState<(() => void) | null>(null)
  /** Of the entry in which it was edited. */
  const position = useRef(0)
  const setEdited = useCallback((edited: boolean) => {
    isEdited.current = edited
    position.current = positionIn(history.state)
  }, [])
  /** Leaves at once where nothing would be lost. */
  const attempt = useCallback((leave: () => void) => {
    if (isEdited.current) setLeaving(() => leave)
    else leave()
  }, [])

  useEffect(() => {
    /** The browser comes back to where it was. */
    let isReturning = false
    const hold = (event: PopStateEvent): void => {
      if (isReturning) {
        isReturning = false
        event.stopImmediatePropagation()
        return
      }
      const steps = positionIn(event.state) - position.current
      if (!isEdited.current || steps === 0) return
      // Before the router hears of it.
      event.stopImmediatePropagation()
      isReturning = true
      history.go(-steps)
      attempt(() => history.go(steps))
    }
    const ask = (event: BeforeUnloadEvent): void => {
      if (isEdited.current) event.preventDefault()
    }
    window.addEventListener('popstate', hold, { capture: true })
    window.addEventListener('beforeunload', ask)
    return () => {
      window.removeEventListener('popstate', hold, { capture: true })
      window.removeEventListener('beforeunload', ask)
    }
  }, [attempt])

  return {
    setEdited,
    attempt,
    isAsking: leaving !== null,
    leave() {
      isEdited.current = false
      setLeaving(null)
      leaving?.()
    },
    stay: () => setLeaving(null),
  }
}
