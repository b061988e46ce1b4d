import { useMemo, type ReactNode } from 'react'
import { fitText } from './box-text.ts'
import { dense } from './dense-measures.ts'
import { DenseRow } from './dense-row.tsx'
import classes from './layer-map.module.css'
import { relatedTo } from './map-focus.ts'
import { sharedLayers, type MapModel } from './map-model.ts'
import { layerSentence, layerTitle } from './map-labels.ts'
import { levelIn, sizeLevelsOf } from './size-levels.ts'
import { useMapItems, type MapItems } from './use-map-items.ts'

interface DenseMapProps {
  readonly label: string
  readonly model: MapModel
  readonly children: (items: MapItems) => ReactNode
}

/**
 * For many images: a row for each image, and a column for each layer that several of them hold.
 * Layers that only one image holds have no column; they are the length of its bar.
 */
export function DenseMap({ label, model, children }: DenseMapProps) {
  const columns = useMemo(() => sharedLayers(model), [model])
  const columnOf = useMemo(
    () => new Map(columns.map((layer, column) => [layer, column])),
    [columns],
  )
  const largest = useMemo(
    () => Math.max(1, ...model.images.map(({ exclusiveSize }) => exclusiveSize)),
    [model],
  )
  const levels = useMemo(() => sizeLevelsOf(model), [model])
  const items = useMapItems(model, { layers: columns, layersRun: 'right' })
  const related = relatedTo(model, items.shown)
  // The heading of the columns needs its room even over one column.
  const forColumns = Math.max(columns.length * dense.cell, dense.columnHead)
  const width = dense.left + forColumns + dense.right
  const height = dense.head + model.images.length * dense.row + 4
  return (
    <>
      {children(items)}
      <div className={classes.scroller}>
        <svg
          role="group"
          aria-label={label}
          width={width}
          height={height}
          className={classes.drawing}
          data-dimming={items.shown !== null || undefined}
        >
          <text x="0" y={dense.head - 8} className={classes.columnHead}>
            Image
          </text>
          <text x={dense.bar} y={dense.head - 8} className={classes.columnHead}>
            Goes with it
          </text>
          {columns.length > 0 && (
            <text x={dense.left} y="11" className={classes.columnHead}>
              Shared layers
            </text>
          )}
          {model.images.map((image, position) => (
            <DenseRow
              key={image.digest}
              image={image}
              y={dense.head + position * dense.row}
              width={width}
              share={image.exclusiveSize / largest}
              columnOf={columnOf}
              levelOf={(layer) => levelIn(levels, model.layers[layer]?.size ?? 0)}
              isLit={related?.images.has(position) ?? false}
              litLayers={related?.layers}
              props={items.itemProps({ kind: 'image', position })}
            />
          ))}
          {columns.map((position, column) => {
            const layer = model.layers[position]
            if (layer === undefined) return null
            const x = dense.left + column * dense.cell + dense.cell / 2
            return (
              <g
                key={layer.digest}
                className={classes.item}
                data-kind="column"
                data-lit={related?.layers.has(position) || undefined}
                aria-label={layerSentence(layer, model)}
                {...items.itemProps({ kind: 'layer', position })}
              >
                <title>{`${layerTitle(layer)}\n${layer.digest}`}</title>
                <rect
                  x={x - dense.cell / 2}
                  y="16"
                  width={dense.cell}
                  height={dense.head - 18}
                  className={classes.box}
                />
                <text
                  transform={`translate(${x + 4} ${dense.head - 6}) rotate(-90)`}
                  className={classes.columnName}
                >
                  {fitText(layer.name, dense.head - 28, 12)}
                </text>
              </g>
            )
          })}
        </svg>
      </div>
    </>
  )
}
