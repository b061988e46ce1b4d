import { expect, test } from 'vitest'
import { layerMapOf, type LayerGraph } from '#web/testing/layer-maps.ts'
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

test('a layer that two pages repeat is drawn once, and many images use the dense form', () => {
  const [page] = [modelOf({ A: 'xy', B: 'xz' })]
  expect(page.layers.map(({ images }) => images)).toEqual([[0, 1], [0], [1]])
  expect(isDense(page)).toBe(false)
  const many = Object.fromEntries(Array.from({ length: 41 }, (_, at) => [`I${at}`, 'x']))
  expect(isDense(modelOf(many))).toBe(true)
})

test('a layer is named by its instruction, or else by its digest', () => {
  const { layers } = createMapModel([
    layerMapOf({ A: 'xy' }, { createdBy: { x: '/bin/sh -c #(nop) COPY app /opt/app' } }),
  ])
  expect(layers.map(({ name, label }) => [name, label])).toEqual([
    ['COPY app /opt/app', '#x'],
    ['#y', '#y'],
  ])
})

test('what goes with one of the images is distinct from what several need', () => {
  const { layers } = modelOf({ A: 'xa', B: 'xb' })
  expect(layers.map(({ label, isOwn }) => [label, isOwn])).toEqual([
    ['#x', false],
    ['#a', true],
    ['#b', true],
  ])
})
