import { formatByteSize } from '#domain/values/byte-size.ts'
import { useElementSize } from '@mantine/hooks'
import { useId, useMemo, type ReactNode } from 'react'
import { layOutArrows } from './arrow-layout.ts'
import classes from './layer-map.module.css'
import { relatedTo } from './map-focus.ts'
import { isShared, orderLayers, type DrawnLayer, type MapModel } from './map-model.ts'
import { namesOf } from '#web/components/text/count-of.ts'
import { goesWords, imageTitle, layerWords } from './map-labels.ts'
import { MapBox } from './map-box.tsx'
import { useMapItems, type MapItems } from './use-map-items.ts'

interface ArrowMapProps {
  readonly label: string
  readonly model: MapModel
  readonly children: (items: MapItems) => ReactNode
}

/** For few images: manifests as boxes that point at layers, each layer drawn once. */
export function ArrowMap({ label, model, children }: ArrowMapProps) {
  const { ref, width } = useElementSize<HTMLDivElement>()
  const order = useMemo(() => orderLayers(model), [model])
  const items = useMapItems(model, { layers: order, layersRun: 'down' })
  const layout = useMemo(() => (width > 0 ? layOutArrows(model, width) : null), [model, width])
  const headId = useId()
  const related = relatedTo(model, items.shown)
  const shownImage = items.shown?.kind === 'image' ? model.images[items.shown.position] : undefined
  return (
    <>
      {children(items)}
      <div ref={ref} className={classes.arrows}>
        {layout && (
          <svg
            role="group"
            aria-label={label}
            width={layout.width}
            height={layout.height}
            className={classes.drawing}
            data-dimming={items.shown !== null || undefined}
          >
            <defs>
              <marker
                id={headId}
                viewBox="0 0 8 8"
                refX="1"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto"
              >
                <path d="M0 0 8 4 0 8Z" className={classes.arrowHead} />
              </marker>
            </defs>
            <g aria-hidden>
              {layout.arrows.map(({ image, layer, path }) => (
                <path
                  key={`${image} ${layer}`}
                  d={path}
                  markerEnd={`url(#${headId})`}
                  className={classes.arrow}
                  data-lit={(related?.images.has(image) && related.layers.has(layer)) || undefined}
                />
              ))}
            </g>
            {model.images.map((image, position) => (
              <MapBox
                key={image.digest}
                kind="image"
                box={layout.images[position]}
                title={imageTitle(image)}
                name={image.tagCount > 0 ? namesOf(image.tags, 3, image.tagCount) : image.name}
                note={formatByteSize(image.size)}
                words={`Image ${imageTitle(image)}, ${formatByteSize(image.size)}. Deleting it ${goesWords(image)}.`}
                isLit={related?.images.has(position) ?? false}
                props={items.itemProps({ kind: 'image', position })}
              />
            ))}
            {order.map((position) => {
              const layer = model.layers[position]
              if (layer === undefined) return null
              const isLit = related?.layers.has(position) ?? false
              const fate =
                isLit && shownImage
                  ? shownImage.exclusive.has(position)
                    ? 'goes'
                    : 'stays'
                  : undefined
              return (
                <MapBox
                  key={layer.digest}
                  kind={isShared(layer) ? 'shared' : 'own'}
                  box={layout.layers[position]}
                  title={layer.digest}
                  name={layer.label}
                  note={layerNote(layer, fate)}
                  fate={fate}
                  words={`Layer ${layer.label}, ${formatByteSize(layer.size)}. ${layerWords(layer, model)}`}
                  isLit={isLit}
                  props={items.itemProps({ kind: 'layer', position })}
                />
              )
            })}
          </svg>
        )}
      </div>
    </>
  )
}

/** The text on a layer that says whether it goes or stays: never by colour alone. */
function layerNote(layer: DrawnLayer, fate: 'goes' | 'stays' | undefined): string {
  const size = formatByteSize(layer.size)
  if (fate !== undefined) return `${fate} · ${size}`
  return isShared(layer) ? `×${layer.imageCount + layer.elsewhereCount} · ${size}` : size
}
