import { orderLayers, type MapModel } from '../map-model.ts'

/** The room of an image or a layer: its bar, whose height is its bytes, and its text beside it. */
export interface Slot {
  readonly y: number
  readonly height: number
  /** In the middle of the slot. */
  readonly bar: { readonly y: number; readonly height: number }
}

/** A layer of an image: a part of the image's bar, from where a ribbon leads to the layer. */
export interface Ribbon {
  readonly image: number
  readonly layer: number
  /** Of the part of the image's bar. */
  readonly y: number
  readonly height: number
  /** The data of SVG paths: its area, and the arrow in its middle. */
  readonly area: string
  readonly arrow: string
}

/** A column of bars with their texts, in pixels from the left. */
export interface Column {
  readonly bar: number
  readonly text: number
  readonly textWidth: number
}

export interface RibbonLayout {
  readonly width: number
  readonly height: number
  readonly barWidth: number
  /** Texts have one line, because two would make it too high. */
  readonly isCompact: boolean
  readonly pixelsPerByte: number
  readonly imageColumn: Column
  readonly layerColumn: Column
  /** By position in the model. */
  readonly images: readonly Slot[]
  readonly layers: readonly Slot[]
  readonly ribbons: readonly Ribbon[]
  /** How many images and layers have too few bytes to be seen, and so the least height. */
  readonly tooSmall: number
}

/** A bar of fewer pixels could not be seen. */
export const leastHeight = 2
const margin = 6
const headOfArrow = 6
const mostTwoLined = 14
/** Of all bars of the fuller column together. */
const barHeights = { least: 320, each: 26, most: 900 }

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0)

/**
 * Images on the left, with a ribbon to every layer that they list; layers on the right, each drawn
 * once, because it is stored once. Everything in one scale: bars and ribbons are as high as their
 * bytes. (That is why this is not the usual Sankey diagram, where a layer would be as high as all
 * ribbons to it together.)
 *
 * @param width of the whole drawing, in pixels
 */
export function layOutRibbons(model: MapModel, width: number): RibbonLayout {
  const sizes = {
    images: model.images.map(({ size }) => size),
    layers: model.layers.map(({ size }) => size),
  }
  const count = Math.max(sizes.images.length, sizes.layers.length)
  const isCompact = count > mostTwoLined
  const all = Math.min(barHeights.most, Math.max(barHeights.least, count * barHeights.each))
  const pixelsPerByte = all / Math.max(1, sumOf(sizes.images), sumOf(sizes.layers))
  const row = isCompact ? { least: 24, gap: 4 } : { least: 38, gap: 10 }
  const heightOf = (size: number) => Math.max(leastHeight, size * pixelsPerByte)

  const layerOrder = orderLayers(model)
  const imageOrder = sizes.images.map((_, image) => image)
  const inner = Math.max(stacked(imageOrder, sizes.images), stacked(layerOrder, sizes.layers))
  const images = column(imageOrder, sizes.images)
  const layers = column(layerOrder, sizes.layers)

  /** The height of slots upon each other. */
  function stacked(order: readonly number[], bytes: readonly number[]): number {
    const slots = order.map((position) => Math.max(row.least, heightOf(bytes[position] ?? 0)))
    return sumOf(slots) + row.gap * Math.max(0, order.length - 1)
  }

  /** The shorter column is spread over the height of the longer one. */
  function column(order: readonly number[], bytes: readonly number[]): readonly Slot[] {
    const slots: Slot[] = []
    const free = (inner - stacked(order, bytes)) / Math.max(1, order.length)
    let y = margin + free / 2
    for (const position of order) {
      const barHeight = heightOf(bytes[position] ?? 0)
      const height = Math.max(row.least, barHeight)
      slots[position] = { y, height, bar: { y: y + (height - barHeight) / 2, height: barHeight } }
      y += height + row.gap + free
    }
    return slots
  }

  const { barWidth, imageColumn, layerColumn } = columnsOf(width)
  const [from, to] = [imageColumn.bar + barWidth, layerColumn.bar]
  const ribbons = model.images.flatMap(({ layers: held }, image) => {
    let y = images[image]?.bar.y ?? 0
    // From the top as the layers are, so that ribbons of one image do not cross.
    return layerOrder.flatMap((layer): readonly Ribbon[] => {
      const target = layers[layer]
      if (target === undefined || !held.includes(layer)) return []
      const height = (sizes.layers[layer] ?? 0) * pixelsPerByte
      const end = target.bar.y + (target.bar.height - height) / 2
      const area = `M${from} ${px(y)} ${bend(from, y, to, end)} L${to} ${px(end + height)} ${bend(to, end + height, from, y + height)} Z`
      const middle = y + height / 2
      const arrow = `M${from} ${px(middle)} ${bend(from, middle, to - headOfArrow, end + height / 2)}`
      const ribbon = { image, layer, y, height, area, arrow }
      y += height
      return [ribbon]
    })
  })
  const tooSmall = [...sizes.images, ...sizes.layers].filter(
    (size) => size * pixelsPerByte < leastHeight,
  ).length
  return {
    width,
    height: inner + 2 * margin,
    barWidth,
    isCompact,
    pixelsPerByte,
    imageColumn,
    layerColumn,
    images,
    layers,
    ribbons,
    tooSmall,
  }
}

function columnsOf(width: number) {
  const isNarrow = width < 560
  const barWidth = isNarrow ? 14 : 26
  const gap = isNarrow ? 6 : 10
  const [forImages, forLayers] = isNarrow
    ? [Math.floor(width * 0.24), Math.floor(width * 0.36)]
    : [Math.min(220, Math.floor(width * 0.2)), Math.min(340, Math.floor(width * 0.32))]
  const layerBar = width - margin - forLayers - gap - barWidth
  return {
    barWidth,
    imageColumn: { text: margin + forImages, bar: margin + forImages + gap, textWidth: forImages },
    layerColumn: { text: layerBar + barWidth + gap, bar: layerBar, textWidth: forLayers },
  }
}

const px = (value: number): string => String(Math.round(value * 100) / 100)

/** A curve that leaves and arrives level. */
function bend(x1: number, y1: number, x2: number, y2: number): string {
  const middle = px((x1 + x2) / 2)
  return `C${middle} ${px(y1)} ${middle} ${px(y2)} ${x2} ${px(y2)}`
}

/** The largest of 1, 2, 5, 10, 20 … bytes that is at most this high: what explains the scale. */
export function roundBytes(pixelsPerByte: number, mostPixels: number): number {
  const most = Math.max(1, mostPixels / pixelsPerByte)
  let power = 1
  while (power * 10 <= most) power *= 10
  return [5, 2].map((times) => times * power).find((bytes) => bytes <= most) ?? power
}
