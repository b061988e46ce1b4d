import { orderLayers, type MapModel } from './map-model.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Arrow {
  readonly image: number
  readonly layer: number
  /** The data of an SVG path. */
  readonly path: string
}

export interface ArrowLayout {
  readonly width: number
  readonly height: number
  /** By position in the model. */
  readonly images: readonly Box[]
  readonly layers: readonly Box[]
  readonly arrows: readonly Arrow[]
}

const boxHeight = 46
const gap = 14
const margin = 6
const headOfArrow = 7
const widestBox = 260

/**
 * Manifests on the left, with an arrow to every layer that they list; layers on the right, each
 * drawn once.
 *
 * @param width of the whole drawing, in pixels
 */
export function layOutArrows(model: MapModel, width: number): ArrowLayout {
  const boxWidth = Math.min(widestBox, Math.floor((width - 2 * margin) * 0.4))
  const heightOf = (count: number) => count * (boxHeight + gap) - gap
  const inner = Math.max(heightOf(model.images.length), heightOf(model.layers.length), boxHeight)
  // The shorter column is spread over the height of the longer one.
  const column = (x: number, count: number, place: number): Box => {
    const step = inner / Math.max(1, count)
    const y = margin + step * place + (step - boxHeight) / 2
    return { x, y: Math.round(y), width: boxWidth, height: boxHeight }
  }
  const images = model.images.map((_, place) => column(margin, model.images.length, place))
  const layerOrder = orderLayers(model)
  const layers: Box[] = []
  for (const [place, layer] of layerOrder.entries()) {
    layers[layer] = column(width - margin - boxWidth, layerOrder.length, place)
  }
  const arrows = model.images.flatMap(({ layers: held }, image) =>
    held.flatMap((layer): Arrow[] => {
      const [from, to] = [images[image], layers[layer]]
      return from && to ? [{ image, layer, path: curve(from, to) }] : []
    }),
  )
  return { width, height: inner + 2 * margin, images, layers, arrows }
}

/**
 * From the right side of one box to the left side of another, ending where the arrowhead begins.
 */
function curve(from: Box, to: Box): string {
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2]
  const [x2, y2] = [to.x - headOfArrow, to.y + to.height / 2]
  const bend = Math.round((x2 - x1) / 2)
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}
