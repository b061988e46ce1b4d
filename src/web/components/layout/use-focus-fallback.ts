import { useEffect, useState } from 'react'

/** Of several dialogs that close one after the other, the last one says where the focus goes. */
let returning: ReturnType<typeof setTimeout> | undefined

/**
 * For dialogs that render only while they are open. The focus returns to the element that opened
 * the dialog; if that is gone, for instance after a confirmation, it moves to the page's title.
 */
export function useFocusFallback(): void {
  const [opener] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      clearTimeout(returning)
      // After the dialog has tried to return the focus.
      returning = setTimeout(() => {
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
