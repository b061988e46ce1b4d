import { useCallback, useRef, useState, type KeyboardEvent } from 'react'
import { isSameItem, itemAfterKey, type MapArrangement, type MapItem } from './map-focus.ts'
import type { MapModel } from './map-model.ts'

/** What every box of a drawing needs to be pointed at, focused and chosen. */
export interface MapItemProps {
  readonly ref: (element: SVGGElement | null) => void
  readonly tabIndex: 0 | -1
  readonly role: 'button'
  readonly 'aria-pressed': boolean
  readonly onPointerEnter: () => void
  readonly onPointerLeave: () => void
  readonly onFocus: () => void
  readonly onBlur: () => void
  readonly onClick: () => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

const keyOf = ({ kind, position }: MapItem): string => `${kind} ${position}`

/**
 * The items of a drawing as one stop of the Tab key, with arrow keys inside: what they point at,
 * what is chosen (by click, Enter or Space; Escape lets go), and what of both is shown.
 */
export function useMapItems(model: MapModel, arrangement: MapArrangement) {
  const [pointedAt, setPointedAt] = useState<MapItem | null>(null)
  const [chosen, setChosen] = useState<MapItem | null>(null)
  const [stop, setStop] = useState<MapItem>({ kind: 'image', position: 0 })
  const elements = useRef(new Map<string, SVGGElement>())

  const focus = (item: MapItem) => elements.current.get(keyOf(item))?.focus()
  const choose = useCallback(
    (item: MapItem) => setChosen((before) => (isSameItem(before, item) ? null : item)),
    [],
  )

  const itemProps = (item: MapItem): MapItemProps => ({
    ref: (element) => {
      if (element) elements.current.set(keyOf(item), element)
      else elements.current.delete(keyOf(item))
    },
    tabIndex: isSameItem(stop, item) ? 0 : -1,
    role: 'button',
    'aria-pressed': isSameItem(chosen, item),
    onPointerEnter: () => setPointedAt(item),
    onPointerLeave: () => setPointedAt(null),
    onFocus: () => {
      setStop(item)
      setPointedAt(item)
    },
    onBlur: () => setPointedAt(null),
    onClick: () => choose(item),
    onKeyDown: (event) => {
      if (event.key === 'Enter' || event.key === ' ') choose(item)
      else if (event.key === 'Escape' && chosen !== null) setChosen(null)
      else {
        const next = itemAfterKey(model, arrangement, item, event.key)
        if (next === null) return
        focus(next)
      }
      event.preventDefault()
    },
  })

  return { shown: pointedAt ?? chosen, chosen, setChosen, itemProps }
}

export type MapItems = ReturnType<typeof useMapItems>
