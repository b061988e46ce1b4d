import { formatByteSize } from '#domain/values/byte-size.ts'
import { fitText } from './box-text.ts'
import { dense } from './dense-measures.ts'
import classes from './layer-map.module.css'
import type { DrawnImage } from './map-model.ts'
import { imageSentence, imageTitle } from './map-labels.ts'
import { SizeMark } from './size-mark.tsx'
import type { MapItemProps } from './use-map-items.ts'

interface DenseRowProps {
  readonly image: DrawnImage
  readonly y: number
  readonly width: number
  /** As a share of the longest bar. */
  readonly share: number
  /** By layer, for layers that have a column. */
  readonly columnOf: ReadonlyMap<number, number>
  /** By layer: its size, in levels of the legend. */
  readonly levelOf: (layer: number) => number
  readonly isLit: boolean
  readonly litLayers: ReadonlySet<number> | undefined
  readonly props: MapItemProps
}

/**
 * An image in the dense form: its name, a bar for what goes with it, and a mark for each layer that
 * stays.
 */
export function DenseRow(row: DenseRowProps) {
  const { image, y, width, share, columnOf, levelOf, isLit, litLayers, props } = row
  const middle = dense.row / 2
  return (
    <g
      transform={`translate(0 ${y})`}
      className={classes.item}
      data-kind="row"
      data-lit={isLit || undefined}
      aria-label={imageSentence(image)}
      {...props}
    >
      <title>{imageTitle(image)}</title>
      <rect width={width} height={dense.row} className={classes.box} />
      <text x="4" y={middle + 4} fontSize="12" className={classes.boxName}>
        {fitText(image.name, dense.bar - 10, 12)}
      </text>
      <rect
        x={dense.bar}
        y={middle - 4}
        width={share === 0 ? 0 : Math.max(2, share * dense.barWidth)}
        height="8"
        rx="2"
        className={classes.ownBar}
      />
      <text
        x={dense.left - 10}
        y={middle + 4}
        fontSize="11"
        textAnchor="end"
        className={classes.boxNote}
      >
        {formatByteSize(image.exclusiveSize)}
      </text>
      {image.layers.map((layer) => {
        const column = columnOf.get(layer)
        if (column === undefined) return null
        return (
          <SizeMark
            key={layer}
            x={dense.left + (column + 0.5) * dense.cell}
            y={middle}
            level={levelOf(layer)}
            isLit={litLayers?.has(layer) ?? false}
          />
        )
      })}
    </g>
  )
}
