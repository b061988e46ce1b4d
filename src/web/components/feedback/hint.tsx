import { useId, useRef, useState, type ReactNode } from 'react'
import { lazyComponent } from '../layout/lazy-component.tsx'

// Positioning is a large part of the first load, and no page needs it at first.
const HintTooltip = lazyComponent(async () => (await import('./hint-tooltip.tsx')).HintTooltip)

interface HintProps {
  /** Null: there is no hint. */
  readonly label: ReactNode
  readonly children: ReactNode
  readonly className?: string | undefined
}

/**
 * A tooltip that costs one span until it is needed: a table of many rows has hundreds of them. Use
 * it only for what a person can do without; a text that everyone must reach belongs on the page.
 */
export function Hint({ label, children, className }: HintProps) {
  const id = useId()
  const target = useRef<HTMLSpanElement>(null)
  const [isShown, setShown] = useState(false)
  const isWanted = useRef(false)
  const show = () => {
    isWanted.current = true
    const showIfStillWanted = () => setShown(isWanted.current)
    // If the code cannot be loaded, for instance offline, there is no hint; the page must not fail.
    HintTooltip.load().then(showIfStillWanted, () => undefined)
  }
  const hide = () => {
    isWanted.current = false
    setShown(false)
  }
  return (
    // What is inside has the focus and the role; this listens to it.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <span
      ref={target}
      className={className}
      onPointerEnter={show}
      onPointerLeave={hide}
      onFocus={({ target: focused }) => {
        if (label !== null && !focused.hasAttribute('aria-describedby')) {
          focused.setAttribute('aria-describedby', id)
        }
        show()
      }}
      onBlur={hide}
      onKeyDown={({ key }) => {
        if (key === 'Escape') hide()
      }}
    >
      {children}
      {isShown && label !== null && <HintTooltip id={id} target={target} label={label} />}
    </span>
  )
}
