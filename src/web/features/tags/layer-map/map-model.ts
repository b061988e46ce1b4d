import type { LayerMap, MapImage, MapLayer } from '#contract/images/layer-map.ts'
import { shortDigest } from '#domain/values/digest.ts'
import { readableInstruction } from './instruction.ts'

/** An image in the drawing, which points at layers. */
export interface DrawnImage extends Pick<
  MapImage,
  'digest' | 'tags' | 'tagCount' | 'size' | 'exclusiveSize'
> {
  /** Its first tag; its digest if it has none. */
  readonly name: string
  /** Positions in the model's layers, lowest layer first. */
  readonly layers: readonly number[]
  /** Positions of those that are exclusive to it: they go with it. */
  readonly exclusive: ReadonlySet<number>
}

/** A layer in the drawing: there once, for any number of images that point at it. */
export interface DrawnLayer extends MapLayer {
  /** `#2543d8`. */
  readonly label: string
  /** `COPY app /opt/app`, the instruction that made it; its label where none is known. */
  readonly name: string
  /** It goes with one of the drawn images, if that is deleted. */
  readonly isOwn: boolean
  /** Positions of the drawn images that hold it. */
  readonly images: readonly number[]
}

export interface MapModel {
  readonly images: readonly DrawnImage[]
  readonly layers: readonly DrawnLayer[]
}

/** `#2543d8`: enough to distinguish the layers of one drawing. */
const layerLabel = (digest: string): string => {
  const start = digest.indexOf(':') + 1
  return `#${digest.slice(start, start + 6)}`
}

function namesOf({ digest, createdBy }: MapLayer) {
  const label = layerLabel(digest)
  return { label, name: (createdBy && readableInstruction(createdBy)) || label }
}

/** What becomes of a layer of an image that is deleted. */
export type Fate = 'goes' | 'stays'

export const fateOf = (image: DrawnImage, layer: number): Fate =>
  image.exclusive.has(layer) ? 'goes' : 'stays'

/** Another image still needs the layer when one of these is deleted. */
export const isShared = ({ imageCount, elsewhereCount }: MapLayer): boolean =>
  imageCount + elsewhereCount > 1

/** Joins pages: positions are relative to a page, and a layer may be on several. */
export function createMapModel(pages: readonly LayerMap[]): MapModel {
  const positionOf = new Map<string, number>()
  const layers: (Omit<DrawnLayer, 'isOwn'> & { isOwn: boolean; readonly images: number[] })[] = []
  const images: DrawnImage[] = []
  for (const page of pages) {
    const positions = page.layers.map((layer) => {
      const known = positionOf.get(layer.digest)
      if (known !== undefined) return known
      positionOf.set(layer.digest, layers.length)
      return layers.push({ ...layer, ...namesOf(layer), isOwn: false, images: [] }) - 1
    })
    const inModel = (own: readonly number[]) => own.flatMap((position) => positions[position] ?? [])
    for (const image of page.images) {
      const held = inModel(image.layers)
      for (const layer of held) layers[layer]?.images.push(images.length)
      const { digest, tags, tagCount, size, exclusiveSize } = image
      const name = tags[0] ?? shortDigest(digest)
      const exclusive = new Set(inModel(image.freedLayers))
      for (const position of exclusive) {
        const layer = layers[position]
        if (layer) layer.isOwn = true
      }
      images.push({ digest, tags, tagCount, size, exclusiveSize, name, layers: held, exclusive })
    }
  }
  return { images, layers }
}

/**
 * The order of the layers in a drawing: near the images that point at them, so that few lines
 * cross. With two images, the layers that they share are at the top.
 */
export function orderLayers({ images, layers }: MapModel): readonly number[] {
  const depthOf = new Map<number, number>()
  for (const image of images) {
    for (const [depth, layer] of image.layers.entries()) {
      depthOf.set(layer, Math.min(depth, depthOf.get(layer) ?? Infinity))
    }
  }
  const middleOf = (layer: number) => {
    const holders = layers[layer]?.images ?? []
    return holders.reduce((sum, image) => sum + image, 0) / Math.max(1, holders.length)
  }
  return layers
    .map((_, layer) => ({ layer, depth: depthOf.get(layer) ?? 0, middle: middleOf(layer) }))
    .toSorted((a, b) => {
      const [byDepth, byMiddle] = [a.depth - b.depth, a.middle - b.middle]
      const isPair = images.length <= 2
      return (isPair ? byDepth || byMiddle : byMiddle || byDepth) || a.layer - b.layer
    })
    .map(({ layer }) => layer)
}

/** The columns of the dense form: layers that several images hold, the most shared first. */
export const sharedLayers = ({ layers }: MapModel): readonly number[] =>
  layers
    .map((layer, position) => ({ layer, position }))
    .filter(({ layer }) => isShared(layer))
    .toSorted((a, b) => b.layer.images.length - a.layer.images.length || a.position - b.position)
    .map(({ position }) => position)

/** Above any of these limits the ribbons are hard to follow, so the dense form is drawn. */
const ribbonLimits = { images: 40, layers: 80, ribbons: 300 }

export const isDense = ({ images, layers }: MapModel): boolean =>
  images.length > ribbonLimits.images ||
  layers.length > ribbonLimits.layers ||
  images.reduce((sum, image) => sum + image.layers.length, 0) > ribbonLimits.ribbons
