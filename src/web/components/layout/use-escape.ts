import { useEffect, useRef } from 'react'

/** What lies over the page, the innermost last. */
const layers: { readonly close: () => void }[] = []

/** A list of suggestions that is open takes the key for itself, and says so at its field. */
const isTaken = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[data-mantine-stop-propagation="true"]') !== null

function closeInnermost(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.isComposing || isTaken(event.target)) return
  layers.at(-1)?.close()
}

/**
 * Closes by Escape what lies over the page: only the innermost. Mantine's dialogs each listen by
 * themselves, so that one key would close all of them; turn that off.
 */
export function useEscape(isOpen: boolean, close: () => void): void {
  const latest = useRef(close)
  useEffect(() => {
    latest.current = close
  })
  useEffect(() => {
    if (!isOpen) return undefined
    const layer = { close: () => latest.current() }
    if (layers.length === 0) window.addEventListener('keydown', closeInnermost, true)
    layers.push(layer)
    return () => {
      layers.splice(layers.indexOf(layer), 1)
      if (layers.length === 0) window.removeEventListener('keydown', closeInnermost, true)
    }
  }, [isOpen])
}
