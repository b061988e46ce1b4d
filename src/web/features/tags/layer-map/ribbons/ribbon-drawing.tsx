import { formatByteSize } from '#domain/values/byte-size.ts'
import { useId } from 'react'
import { namesOf } from '#web/components/text/count-of.ts'
import { relatedTo } from '../map-focus.ts'
import { imageSentence, imageTitle, layerSentence } from '../map-labels.ts'
import { fateOf, isShared, type DrawnLayer, type Fate, type MapModel } from '../map-model.ts'
import { MapNode } from './map-node.tsx'
import type { RibbonLayout } from './ribbon-layout.ts'
import classes from './ribbon-map.module.css'
import type { MapItems } from '../use-map-items.ts'

interface RibbonDrawingProps {
  readonly label: string
  readonly model: MapModel
  readonly layout: RibbonLayout
  readonly layerOrder: readonly number[]
  readonly items: MapItems
}

export function RibbonDrawing({ label, model, layout, layerOrder, items }: RibbonDrawingProps) {
  const { shown } = items
  const related = relatedTo(model, shown)
  const shownImage = shown?.kind === 'image' ? model.images[shown.position] : undefined
  const { imageColumn, layerColumn, barWidth, isCompact } = layout
  const hatchId = useId()
  const hatch = `url(#${hatchId})`
  return (
    <svg
      role="group"
      aria-label={label}
      width={layout.width}
      height={layout.height}
      className={classes.drawing}
      data-dimming={shown !== null || undefined}
    >
      <Hatch id={hatchId} />
      <Ribbons
        model={model}
        layout={layout}
        isLit={(image, layer) =>
          related !== null && related.images.has(image) && related.layers.has(layer)
        }
      />
      {model.images.map((image, position) => (
        <MapNode
          key={image.digest}
          kind="image"
          slot={layout.images[position]}
          column={imageColumn}
          barWidth={barWidth}
          isCompact={isCompact}
          title={imageTitle(image)}
          name={image.tagCount > 0 ? namesOf(image.tags, 3, image.tagCount) : image.name}
          note={formatByteSize(image.size)}
          words={imageSentence(image)}
          isLit={related?.images.has(position) ?? false}
          props={items.itemProps({ kind: 'image', position })}
        >
          {layout.ribbons
            .filter((ribbon) => ribbon.image === position)
            .map(({ layer, y, height }) => {
              const fate = fateOf(image, layer)
              return (
                <rect
                  key={layer}
                  x={imageColumn.bar}
                  y={y}
                  width={barWidth}
                  height={height}
                  fill={fate === 'goes' ? hatch : undefined}
                  className={classes.part}
                  data-fate={fate}
                />
              )
            })}
        </MapNode>
      ))}
      {layerOrder.map((position) => {
        const layer = model.layers[position]
        if (layer === undefined) return null
        const isLit = related?.layers.has(position) ?? false
        const fate = isLit && shownImage ? fateOf(shownImage, position) : undefined
        return (
          <MapNode
            key={layer.digest}
            kind={layer.isOwn ? 'own' : 'shared'}
            slot={layout.layers[position]}
            column={layerColumn}
            barWidth={barWidth}
            isCompact={isCompact}
            title={layer.name === layer.label ? layer.digest : `${layer.name}\n${layer.digest}`}
            name={layer.name}
            note={layerNote(layer, fate)}
            words={layerSentence(layer, model)}
            isLit={isLit}
            fate={fate}
            fill={layer.isOwn ? hatch : undefined}
            props={items.itemProps({ kind: 'layer', position })}
          />
        )
      })}
    </svg>
  )
}

const Hatch = ({ id }: { id: string }) => (
  <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width="6" height="6" className={classes.hatchGround} />
    <rect width="2" height="6" className={classes.hatchLine} />
  </pattern>
)

interface RibbonsProps {
  readonly model: MapModel
  readonly layout: RibbonLayout
  readonly isLit: (image: number, layer: number) => boolean
}

/** Hidden from screen readers: what each image and layer says has the same in words. */
function Ribbons({ model, layout, isLit }: RibbonsProps) {
  const headId = useId()
  return (
    <g aria-hidden>
      <marker
        id={headId}
        viewBox="0 0 8 8"
        refX="1"
        refY="4"
        markerWidth="7"
        markerHeight="7"
        markerUnits="userSpaceOnUse"
        orient="auto"
      >
        <path d="M0 0 8 4 0 8Z" className={classes.arrowHead} />
      </marker>
      {layout.ribbons.map(({ image, layer, area, arrow }) => {
        const drawn = model.images[image]
        return (
          <g
            key={`${image} ${layer}`}
            className={classes.link}
            data-fate={drawn && fateOf(drawn, layer)}
            data-lit={isLit(image, layer) || undefined}
          >
            <path d={area} className={classes.ribbon} />
            <path d={arrow} markerEnd={`url(#${headId})`} className={classes.arrow} />
          </g>
        )
      })}
    </g>
  )
}

/** The text on a layer that says whether it goes or stays: never by colour alone. */
function layerNote(layer: DrawnLayer, fate: Fate | undefined): string {
  const words = [
    fate,
    formatByteSize(layer.size),
    isShared(layer) && `×${layer.imageCount + layer.elsewhereCount}`,
    layer.name !== layer.label && layer.label,
  ]
  return words.filter(Boolean).join(' · ')
}
