import { useElementSize } from '@mantine/hooks'
import { useMemo, type ReactNode } from 'react'
import { orderLayers, type MapModel } from '../map-model.ts'
import { MapScale } from './map-scale.tsx'
import { RibbonDrawing } from './ribbon-drawing.tsx'
import { layOutRibbons } from './ribbon-layout.ts'
import classes from './ribbon-map.module.css'
import { useMapItems, type MapItems } from '../use-map-items.ts'

interface RibbonMapProps {
  readonly label: string
  readonly model: MapModel
  readonly children: (items: MapItems) => ReactNode
}

/** For some images: they point at layers, each drawn once, all to one scale of bytes. */
export function RibbonMap({ label, model, children }: RibbonMapProps) {
  const { ref, width } = useElementSize<HTMLDivElement>()
  const order = useMemo(() => orderLayers(model), [model])
  const items = useMapItems(model, { layers: order, layersRun: 'down' })
  const layout = useMemo(() => (width > 0 ? layOutRibbons(model, width) : null), [model, width])
  return (
    <>
      {children(items)}
      <div ref={ref} className={classes.frame}>
        {layout && (
          <>
            <MapScale model={model} layout={layout} />
            <RibbonDrawing
              label={label}
              model={model}
              layout={layout}
              layerOrder={order}
              items={items}
            />
          </>
        )}
      </div>
    </>
  )
}
