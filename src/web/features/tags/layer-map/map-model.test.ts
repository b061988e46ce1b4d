import { expect, test } from 'vitest'
import { layerMapOf, type LayerGraph } from '#web/testing/layer-maps.ts'
import { layOutArrows } from './arrow-layout.ts'
import { createMapModel, isDense, orderLayers } from './map-model.ts'

const modelOf = (graph: LayerGraph) => createMapModel([layerMapOf(graph)])

const orderOf = (graph: LayerGraph): string => {
  const model = modelOf(graph)
  return orderLayers(model)
    .map((layer) => model.layers[layer]?.digest.slice('sha256:'.length))
    .join('')
}

test('layers that two images share are at the top, and each image’s own are below', () => {
  expect(orderOf({ A: 'xab', B: 'xcd' })).toBe('xacbd')
})

test('with more images, each layer is near those that point at it', () => {
  expect(orderOf({ A: 'ab', B: 'xc', C: 'xd', D: 'xe' })).toBe('abcxde')
})

test('every image points once at each of its layers, inside the drawing', () => {
  const model = modelOf({ A: 'xab', B: 'xcd', C: 'x' })
  const { arrows, images, layers, width, height } = layOutArrows(model, 600)
  expect(arrows.map(({ image, layer }) => `${image}${layer}`)).toEqual(
    model.images.flatMap((image, at) => image.layers.map((layer) => `${at}${layer}`)),
  )
  for (const box of [...images, ...layers]) {
    expect(box.x).toBeGreaterThanOrEqual(0)
    expect(box.x + box.width).toBeLessThanOrEqual(width)
    expect(box.y).toBeGreaterThanOrEqual(0)
    expect(box.y + box.height).toBeLessThanOrEqual(height)
  }
})

test('a layer that two pages repeat is drawn once, and many images use the dense form', () => {
  const [page] = [modelOf({ A: 'xy', B: 'xz' })]
  expect(page.layers.map(({ images }) => images)).toEqual([[0, 1], [0], [1]])
  expect(isDense(page)).toBe(false)
  const many = Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`I${at}`, 'x']))
  expect(isDense(modelOf(many))).toBe(true)
})
