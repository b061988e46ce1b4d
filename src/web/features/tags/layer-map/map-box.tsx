import type { Box } from './arrow-layout.ts'
import { fitText } from './box-text.ts'
import classes from './layer-map.module.css'
import type { MapItemProps } from './use-map-items.ts'

interface MapBoxProps {
  readonly kind: 'image' | 'shared' | 'own'
  readonly box: Box | undefined
  /** The whole name, for where it is cut off. */
  readonly title: string
  readonly name: string
  readonly note: string
  /** Everything that the box shows, for people who cannot see its arrows. */
  readonly words: string
  readonly isLit: boolean
  readonly fate?: 'goes' | 'stays' | undefined
  readonly props: MapItemProps
}

const padding = 10
const nameSize = 13
const noteSize = 11.5

/** A labelled box of the drawing: a manifest, or a layer. A shared layer has a second edge. */
export function MapBox({ kind, box, title, name, note, words, isLit, fate, props }: MapBoxProps) {
  if (box === undefined) return null
  const { x, y, width, height } = box
  const room = width - 2 * padding
  return (
    <g
      transform={`translate(${x} ${y})`}
      className={classes.item}
      data-kind={kind}
      data-lit={isLit || undefined}
      data-fate={fate}
      aria-label={words}
      {...props}
    >
      <title>{title}</title>
      <rect width={width} height={height} rx="6" className={classes.box} />
      {kind === 'shared' && (
        <rect x="3" y="3" width={width - 6} height={height - 6} rx="4" className={classes.inner} />
      )}
      <text x={padding} y="19" fontSize={nameSize} className={classes.boxName}>
        {fitText(name, room, nameSize)}
      </text>
      <text x={padding} y="36" fontSize={noteSize} className={classes.boxNote}>
        {fitText(note, room, noteSize)}
      </text>
    </g>
  )
}
