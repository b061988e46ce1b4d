import type { LayerMap } from '#contract/layer-map.ts'

/** `{ A: 'xy', B: 'xz' }`: image A lists layers x and y. */
export type LayerGraph = Readonly<Record<string, string>>

export function layerMapOf(graph: LayerGraph): LayerMap {
  const names = [...new Set(Object.values(graph).join('').split(''))]
  return {
    name: 'team/app',
    images: Object.entries(graph).map(([image, held]) => {
      const layers = held.split('').map((name) => names.indexOf(name))
      return {
        digest: `sha256:${image}`,
        tags: [image],
        tagCount: 1,
        size: 1,
        exclusiveSize: 1,
        updatedAt: null,
        layers,
        freedLayers: [],
      }
    }),
    layers: names.map((name) => ({
      digest: `sha256:${name}`,
      size: 1,
      imageCount: Object.values(graph).filter((held) => held.includes(name)).length,
      elsewhereCount: 0,
      createdBy: null,
    })),
  }
}
