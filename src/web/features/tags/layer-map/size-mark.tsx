import classes from './layer-map.module.css'

interface SizeMarkProps {
  /** Of its middle. */
  readonly x: number
  readonly y: number
  readonly level: number
  readonly isLit?: boolean
}

/** The mark of a layer that an image holds: the more bytes, the darker and the larger. */
export function SizeMark({ x, y, level, isLit = false }: SizeMarkProps) {
  const side = 8 + 4 * level
  return (
    <rect
      x={x - side / 2}
      y={y - side / 2}
      width={side}
      height={side}
      rx="2"
      className={classes.mark}
      data-level={level}
      data-lit={isLit || undefined}
    />
  )
}
