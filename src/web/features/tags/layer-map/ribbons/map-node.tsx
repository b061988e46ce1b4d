import type { ReactNode } from 'react'
import { fitText } from '../box-text.ts'
import type { Fate } from '../map-model.ts'
import type { Column, Slot } from './ribbon-layout.ts'
import classes from './ribbon-map.module.css'
import type { MapItemProps } from '../use-map-items.ts'

interface MapNodeProps {
  readonly kind: 'image' | 'shared' | 'own'
  readonly slot: Slot | undefined
  readonly column: Column
  readonly barWidth: number
  readonly isCompact: boolean
  /** The whole name, for where it is cut off. */
  readonly title: string
  readonly name: string
  readonly note: string
  /** Everything that the drawing shows of it, for people who cannot see the ribbons. */
  readonly words: string
  readonly isLit: boolean
  readonly fate?: Fate | undefined
  /** What fills its bar, if the style does not say so. */
  readonly fill?: string | undefined
  readonly props: MapItemProps
  /** The parts of its bar. */
  readonly children?: ReactNode
}

const nameSize = 13
const noteSize = 12
const frame = 3

/** An image or a layer of the drawing: a bar as high as its bytes, with its name beside it. */
export function MapNode(node: MapNodeProps) {
  const { kind, slot, column, barWidth, isCompact, title, name, note, words, props } = node
  if (slot === undefined) return null
  const isImage = kind === 'image'
  const left = isImage ? column.text - column.textWidth : column.bar
  const right = isImage ? column.bar + barWidth : column.text + column.textWidth
  const middle = slot.y + slot.height / 2
  const anchor = isImage ? 'end' : 'start'
  return (
    <g
      className={classes.node}
      data-kind={kind}
      data-lit={node.isLit || undefined}
      data-fate={node.fate}
      aria-label={words}
      {...props}
    >
      <title>{title}</title>
      <rect
        x={left - frame}
        y={slot.y - 1}
        width={right - left + 2 * frame}
        height={slot.height + 2}
        rx="4"
        className={classes.target}
      />
      <rect
        x={column.bar}
        y={slot.bar.y}
        width={barWidth}
        height={slot.bar.height}
        fill={node.fill}
        className={classes.bar}
      />
      {node.children}
      {isCompact ? (
        <text x={column.text} y={middle + 4} textAnchor={anchor} fontSize={noteSize}>
          <OneLine name={name} note={note} room={column.textWidth} />
        </text>
      ) : (
        <>
          <text
            x={column.text}
            y={middle - 3}
            textAnchor={anchor}
            fontSize={nameSize}
            className={classes.name}
          >
            {fitText(name, column.textWidth, nameSize)}
          </text>
          <text
            x={column.text}
            y={middle + 13}
            textAnchor={anchor}
            fontSize={noteSize}
            className={classes.note}
          >
            {fitText(note, column.textWidth, noteSize)}
          </text>
        </>
      )}
    </g>
  )
}

/** The size first of all has room, for it is what the drawing is about. */
function OneLine({ name, note, room }: { name: string; note: string; room: number }) {
  const ofNote = fitText(note, room / 2, noteSize)
  const ofName = fitText(name, room - (ofNote.length + 2) * noteSize * 0.6, noteSize)
  return (
    <>
      <tspan className={classes.name}>{ofName}</tspan>
      <tspan dx="6" className={classes.note}>
        {ofNote}
      </tspan>
    </>
  )
}
