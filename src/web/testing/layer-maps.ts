import type { LayerMap } from '#contract/images/layer-map.ts'

/** `{ A: 'xy', B: 'xz' }`: image A lists layers x and y. */
export type LayerGraph = Readonly<Record<string, string>>

/** By layer. */
export interface LayerFacts {
  /** 1 byte unless given. */
  readonly sizes?: Readonly<Record<string, number>>
  readonly createdBy?: Readonly<Record<string, string>>
}

/** What only one image lists goes with it. Images have no bytes beside their layers. */
export function layerMapOf(
  graph: LayerGraph,
  { sizes = {}, createdBy = {} }: LayerFacts = {},
): LayerMap {
  const names = [...new Set(Object.values(graph).join('').split(''))]
  const holdersOf = (name: string) =>
    Object.values(graph).filter((held) => held.includes(name)).length
  const bytesOf = (layers: readonly number[]) =>
    layers.reduce((sum, layer) => sum + (sizes[names[layer] ?? ''] ?? 1), 0)
  return {
    name: 'team/app',
    images: Object.entries(graph).map(([image, held]) => {
      const layers = held.split('').map((name) => names.indexOf(name))
      const freedLayers = layers.filter((layer) => holdersOf(names[layer] ?? '') === 1)
      return {
        digest: `sha256:${image}`,
        tags: [image],
        tagCount: 1,
        size: bytesOf(layers),
        exclusiveSize: bytesOf(freedLayers),
        updatedAt: null,
        layers,
        freedLayers,
      }
    }),
    layers: names.map((name) => ({
      digest: `sha256:${name}`,
      size: sizes[name] ?? 1,
      imageCount: holdersOf(name),
      elsewhereCount: 0,
      createdBy: createdBy[name] ?? null,
    })),
  }
}
