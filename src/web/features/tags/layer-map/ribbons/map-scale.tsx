import { formatByteSize } from '#domain/values/byte-size.ts'
import { ByteSize } from '#web/entities/byte-size.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import type { MapModel } from '../map-model.ts'
import { leastHeight, roundBytes, type RibbonLayout } from './ribbon-layout.ts'
import classes from './ribbon-map.module.css'

interface MapScaleProps {
  readonly model: MapModel
  readonly layout: RibbonLayout
}

const highestKey = 28

const totalOf = (items: readonly { readonly size: number }[]): number =>
  items.reduce((sum, { size }) => sum + size, 0)

/** The headings of the columns, with what each comes to, and how high a number of bytes is. */
export function MapScale({ model, layout }: MapScaleProps) {
  const { pixelsPerByte, tooSmall } = layout
  const bytes = roundBytes(pixelsPerByte, highestKey)
  const least = formatByteSize(Math.ceil(leastHeight / pixelsPerByte))
  return (
    <div className={classes.scale}>
      <div>
        <h2 className={classes.heading}>{countOf(model.images.length, 'image')}</h2>
        <ByteSize bytes={totalOf(model.images)} /> if each had its own layers
      </div>
      <p className={classes.key}>
        <span aria-hidden className={classes.keyBar} style={{ height: bytes * pixelsPerByte }} />
        <span>
          Heights are bytes: this is {formatByteSize(bytes)}.
          {tooSmall > 0 && ` What has less than ${least} is drawn ${leastHeight} pixels high.`}
        </span>
      </p>
      <div className={classes.ofLayers}>
        <h2 className={classes.heading}>{countOf(model.layers.length, 'layer')}</h2>
        <ByteSize bytes={totalOf(model.layers)} /> stored, each once
      </div>
    </div>
  )
}
