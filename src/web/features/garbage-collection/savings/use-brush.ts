import { useRef, useState, type MouseEvent, type PointerEvent } from 'react'

/** Two places of a drawing, in pixels. */
export interface Brushed {
  readonly from: number
  readonly to: number
}

/** A shorter movement is a click. */
const shortestDrag = 6

const placeIn = (event: PointerEvent<SVGSVGElement>): number =>
  event.clientX - event.currentTarget.getBoundingClientRect().left

/** Chooses a part of a drawing by dragging over it with a mouse or a pen; a finger scrolls. */
export function useBrush(onChosen: (brushed: Brushed) => void) {
  const start = useRef<number | null>(null)
  const wasDragged = useRef(false)
  const [brushed, setBrushed] = useState<Brushed | null>(null)
  const end = () => {
    start.current = null
    setBrushed(null)
  }
  return {
    brushed,
    handlers: {
      onPointerDown(event: PointerEvent<SVGSVGElement>) {
        wasDragged.current = false
        if (event.button === 0 && event.pointerType !== 'touch') start.current = placeIn(event)
      },
      onPointerMove(event: PointerEvent<SVGSVGElement>) {
        if (start.current === null) return
        const to = placeIn(event)
        if (!wasDragged.current && Math.abs(to - start.current) < shortestDrag) return
        // The drag goes on outside the drawing.
        if (!wasDragged.current) event.currentTarget.setPointerCapture(event.pointerId)
        wasDragged.current = true
        setBrushed({ from: Math.min(start.current, to), to: Math.max(start.current, to) })
      },
      onPointerUp() {
        if (brushed) onChosen(brushed)
        end()
      },
      onPointerCancel: end,
      onClickCapture(event: MouseEvent) {
        // The click at the end of a drag opens no run.
        if (!wasDragged.current) return
        event.preventDefault()
        event.stopPropagation()
        wasDragged.current = false
      },
      onDragStart: (event: MouseEvent) => event.preventDefault(),
    },
  }
}
