import { useEffect } from 'react'

/**
 * For dialogs whose confirmation may take away what opened them: the focus then goes to the page's
 * title, and not to nowhere.
 */
export function useFocusFallback(): void {
  useEffect(
    () => () => {
      // After the dialog has tried to give it back.
      setTimeout(() => {
        const { activeElement, body } = document
        if (activeElement === null || activeElement === body) {
          document.querySelector<HTMLElement>('h1[tabindex]')?.focus({ preventScroll: true })
        }
      }, 50)
    },
    [],
  )
}
