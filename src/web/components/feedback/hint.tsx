import { useRef, useState, type ReactNode } from 'react'
import { lazily } from '../layout/lazily.tsx'

// Positioning is a good part of what a page would have to load first, for what nobody needs first.
const HintTooltip = lazily(async () => (await import('./hint-tooltip.tsx')).HintTooltip)

interface HintProps {
  /** Null: there is nothing to say. */
  readonly label: ReactNode
  readonly children: ReactNode
  readonly className?: string | undefined
}

/**
 * A tooltip that costs one span until it is wanted: a table of many rows has hundreds of them.
 * For what is worth knowing but needed by nobody; where it must be reachable, write it out.
 */
export function Hint({ label, children, className }: HintProps) {
  const target = useRef<HTMLSpanElement>(null)
  const [isShown, setShown] = useState(false)
  const isWanted = useRef(false)
  const show = () => {
    isWanted.current = true
    const showIfStillWanted = () => setShown(isWanted.current)
    // Where it cannot be loaded, offline for one, there is no hint: no reason to break the page.
    HintTooltip.load().then(showIfStillWanted, () => undefined)
  }
  const hide = () => {
    isWanted.current = false
    setShown(false)
  }
  return (
    <span
      ref={target}
      className={className}
      onPointerEnter={show}
      onPointerLeave={hide}
      onFocus={show}
      onBlur={hide}
    >
      {children}
      {isShown && label !== null && <HintTooltip target={target} label={label} />}
    </span>
  )
}
