import { useEffect, useState } from 'react'
import { focusNextRow } from '../table/row-focus.ts'

/** Of several dialogs that close one after the other, the last one says where the focus goes. */
let returning: ReturnType<typeof setTimeout> | undefined

/**
 * For dialogs that render only while they are open. The focus returns to the element that opened
 * the dialog; if that is gone with its row, for instance after a deletion, it moves to the same
 * control of the next row, or else to the page's title.
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
        if (isThere) opener.focus({ preventScroll: true })
        else if (!focusNextRow()) title?.focus({ preventScroll: true })
      }, 50)
    },
    [opener],
  )
}
