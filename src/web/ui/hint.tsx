import { Tooltip } from '@mantine/core'
import { useRef, useState, type ReactNode } from 'react'

interface HintProps {
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
  const show = () => setShown(true)
  const hide = () => setShown(false)
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
      {isShown && <Tooltip target={target} label={label} opened multiline maw={360} withArrow />}
    </span>
  )
}
