import type { MapModel } from './map-model.ts'

/** An item of the drawing that is pointed at, has the focus, or is chosen. */
export interface MapItem {
  readonly kind: 'image' | 'layer'
  /** Its position in the model. */
  readonly position: number
}

export const isSameItem = (a: MapItem | null, b: MapItem): boolean =>
  a !== null && a.kind === b.kind && a.position === b.position

/**
 * The arrangement of a form of the drawing: the order of its layers, and the direction of their
 * list.
 */
export interface MapArrangement {
  /** Positions of the layers that can be reached, in order. */
  readonly layers: readonly number[]
  readonly layersRun: 'down' | 'right'
}

/**
 * Where an arrow key leads in the arrangement: along a list, or along an arrow to the other list.
 *
 * @returns null for another key, and at the end of a list
 */
export function itemAfterKey(
  model: MapModel,
  { layers, layersRun }: MapArrangement,
  { kind, position }: MapItem,
  key: string,
): MapItem | null {
  const order = kind === 'image' ? model.images.map((_, image) => image) : layers
  const at = order.indexOf(position)
  const inList = (next: number): MapItem | null => {
    const target = order[next]
    return target === undefined || next === at ? null : { kind, position: target }
  }
  const runsDown = kind === 'image' || layersRun === 'down'
  const [back, on] = runsDown ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight']
  if (key === back) return inList(at - 1)
  if (key === on) return inList(at + 1)
  if (key === 'Home') return inList(0)
  if (key === 'End') return inList(order.length - 1)
  if (kind === 'image') {
    if (key !== 'ArrowRight') return null
    const held = new Set(model.images[position]?.layers)
    const target = layers.find((layer) => held.has(layer))
    return target === undefined ? null : { kind: 'layer', position: target }
  }
  if (key !== (layersRun === 'down' ? 'ArrowLeft' : 'ArrowDown')) return null
  const target = model.layers[position]?.images[0]
  return target === undefined ? null : { kind: 'image', position: target }
}

/** What is related to an item: the layers of an image, the images of a layer. */
export interface Related {
  readonly images: ReadonlySet<number>
  readonly layers: ReadonlySet<number>
}

export function relatedTo({ images, layers }: MapModel, item: MapItem | null): Related | null {
  if (item === null) return null
  return item.kind === 'image'
    ? { images: new Set([item.position]), layers: new Set(images[item.position]?.layers) }
    : { images: new Set(layers[item.position]?.images), layers: new Set([item.position]) }
}
