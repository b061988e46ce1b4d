import { useEffect, useState } from 'react'

/**
 * For dialogs that are drawn only while they are open: the focus goes back to what opened them; where
 * that is gone, as a confirmation may take it away, to the page's title, and not to nowhere.
 */
export function useFocusFallback(): void {
  const [opener] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      // After the dialog has tried to give it back.
      setTimeout(() => {
        const { activeElement, body } = document
        if (activeElement !== null && activeElement !== body) return
        const isThere = opener instanceof HTMLElement && opener !== body && opener.isConnected
        const title = document.querySelector<HTMLElement>('h1[tabindex]')
        ;(isThere ? opener : title)?.focus({ preventScroll: true })
      }, 50)
    },
    [opener],
  )
}
