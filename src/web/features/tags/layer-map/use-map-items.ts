import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { isSameItem, itemAfterKey, type MapArrangement, type MapItem } from './map-focus.ts'
import type { MapModel } from './map-model.ts'

/** The properties with which a box can be pointed at, focused and chosen. */
export interface MapItemProps {
  readonly ref: (element: SVGGElement | null) => void
  readonly tabIndex: 0 | -1
  readonly role: 'button'
  readonly 'aria-pressed': boolean
  readonly onPointerMove: () => void
  readonly onPointerLeave: () => void
  readonly onFocus: () => void
  readonly onBlur: () => void
  readonly onClick: () => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

/**
 * Makes the items of a drawing one stop of the Tab key, with arrow keys inside. It holds which item
 * is pointed at, which is chosen (by click, Enter or Space; Escape clears it), and which of the two
 * is shown. All by digest, so that it stays on the same image when images come, go or move.
 */
export function useMapItems(model: MapModel, arrangement: MapArrangement) {
  const [pointedAt, setPointedAt] = useState<string | null>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const [stop, setStop] = useState<string | null>(null)
  const elements = useRef(new Map<string, SVGGElement>())
  const itemOf = useMemo(() => itemsByKey(model), [model])

  const drawn = (key: string | null): MapItem | null => itemOf.get(key ?? '') ?? null
  const chosenItem = drawn(chosen)
  const stopItem = drawn(stop) ?? { kind: 'image', position: 0 }

  const itemProps = (item: MapItem): MapItemProps => {
    const key = keyOf(model, item)
    const leave = () => setPointedAt((before) => (before === key ? null : before))
    const choose = () => setChosen((before) => (before === key ? null : key))
    return {
      ref: (element) => {
        if (element) elements.current.set(key, element)
        else elements.current.delete(key)
      },
      tabIndex: isSameItem(stopItem, item) ? 0 : -1,
      role: 'button',
      'aria-pressed': chosen === key,
      // Not by entering it: an item also comes under a pointer at rest, when the focus scrolls.
      onPointerMove: () => setPointedAt(key),
      onPointerLeave: leave,
      onFocus: () => {
        setStop(key)
        setPointedAt(key)
      },
      onBlur: leave,
      onClick: choose,
      onKeyDown: (event) => {
        if (event.key === 'Enter' || event.key === ' ') choose()
        else if (event.key === 'Escape' && chosenItem !== null) setChosen(null)
        else {
          const next = itemAfterKey(model, arrangement, item, event.key)
          if (next === null) return
          elements.current.get(keyOf(model, next))?.focus()
        }
        event.preventDefault()
      },
    }
  }

  return { shown: drawn(pointedAt) ?? chosenItem, chosen: chosenItem, itemProps }
}

export type MapItems = ReturnType<typeof useMapItems>

const keyOf = ({ images, layers }: MapModel, { kind, position }: MapItem): string =>
  `${kind} ${(kind === 'image' ? images : layers)[position]?.digest}`

function itemsByKey(model: MapModel): ReadonlyMap<string, MapItem> {
  const items: MapItem[] = [
    ...model.images.map((_, position) => ({ kind: 'image' as const, position })),
    ...model.layers.map((_, position) => ({ kind: 'layer' as const, position })),
  ]
  return new Map(items.map((item) => [keyOf(model, item), item]))
}
