import { describe, expect, test } from 'vitest'
import { layerMapOf, type LayerFacts, type LayerGraph } from '#web/testing/layer-maps.ts'
import { createMapModel } from '../map-model.ts'
import { layOutRibbons, leastHeight, roundBytes } from './ribbon-layout.ts'

function drawn(graph: LayerGraph, sizes: NonNullable<LayerFacts['sizes']>, width = 900) {
  const model = createMapModel([layerMapOf(graph, { sizes })])
  return { model, layout: layOutRibbons(model, width) }
}

const graph = { A: 'xab', B: 'xcd', C: 'x' }
const sizes = { x: 600_000, a: 50_000, b: 1_000_000, c: 200_000, d: 90_000 }

describe('the layout to scale', () => {
  test('has bars and ribbons as high as their bytes', () => {
    const { model, layout } = drawn(graph, sizes)
    const { pixelsPerByte, images, layers, ribbons } = layout
    for (const [position, { size }] of model.images.entries()) {
      expect(images[position]?.bar.height).toBeCloseTo(size * pixelsPerByte)
    }
    for (const [position, { size }] of model.layers.entries()) {
      expect(layers[position]?.bar.height).toBeCloseTo(size * pixelsPerByte)
    }
    for (const { layer, height } of ribbons) {
      expect(height).toBeCloseTo((model.layers[layer]?.size ?? 0) * pixelsPerByte)
    }
  })

  test('has the ribbons of an image fill its bar, one upon the other', () => {
    const { layout } = drawn(graph, sizes)
    for (const [position, { bar }] of layout.images.entries()) {
      const own = layout.ribbons.filter(({ image }) => image === position)
      let y = bar.y
      for (const ribbon of own) {
        expect(ribbon.y).toBeCloseTo(y)
        y += ribbon.height
      }
      expect(y).toBeCloseTo(bar.y + bar.height)
    }
  })

  test('has a ribbon to each layer that an image lists, and no other', () => {
    const { model, layout } = drawn(graph, sizes)
    const pairs = layout.ribbons.map(({ image, layer }) => `${image} ${layer}`)
    const listed = model.images.flatMap(({ layers }, image) =>
      layers.map((layer) => `${image} ${layer}`),
    )
    expect(pairs.toSorted()).toEqual(listed.toSorted())
  })

  test('leaves no bytes out of sight, and counts what is drawn higher than it is', () => {
    const { model, layout } = drawn({ A: 'xy', B: 'xz' }, { x: 1_000_000, y: 1, z: 0 })
    expect(layout.tooSmall).toBe(2)
    for (const [position, { size }] of model.layers.entries()) {
      const height = layout.layers[position]?.bar.height
      expect(height).toBeCloseTo(Math.max(leastHeight, size * layout.pixelsPerByte))
    }
    expect(drawn(graph, sizes).layout.tooSmall).toBe(0)
  })

  test.each([360, 640, 1150])('keeps everything apart and inside a width of %d', (width) => {
    const { layout } = drawn(graph, sizes, width)
    for (const column of [layout.images, layout.layers]) {
      const slots = column.toSorted((a, b) => a.y - b.y)
      for (const [place, { y, height, bar }] of slots.entries()) {
        const next = slots[place + 1]?.y ?? layout.height
        expect(y + height).toBeLessThanOrEqual(next)
        expect(y).toBeGreaterThanOrEqual(0)
        expect(bar.y).toBeGreaterThanOrEqual(y)
        expect(bar.y + bar.height).toBeLessThanOrEqual(y + height + 1e-6)
      }
    }
    const { imageColumn, layerColumn, barWidth } = layout
    expect(imageColumn.text - imageColumn.textWidth).toBeGreaterThanOrEqual(0)
    expect(imageColumn.bar + barWidth).toBeLessThan(layerColumn.bar)
    expect(layerColumn.text + layerColumn.textWidth).toBeLessThanOrEqual(width)
  })

  test('has the layer that the first two manifests share above their own, as ever', () => {
    const { model, layout } = drawn({ A: 'xa', B: 'xb' }, { x: 3, a: 2, b: 1 })
    const order = model.layers
      .map(({ label }, position) => ({ label, y: layout.layers[position]?.y ?? 0 }))
      .toSorted((a, b) => a.y - b.y)
    expect(order.map(({ label }) => label)).toEqual(['#x', '#a', '#b'])
  })

  test('is drawn also of images without bytes, and of none', () => {
    expect(drawn({ A: 'x' }, { x: 0 }).layout.ribbons).toHaveLength(1)
    expect(layOutRibbons({ images: [], layers: [] }, 900).height).toBeGreaterThan(0)
  })
})

test.each([
  [1, 28, 20],
  [1, 9, 5],
  [0.001, 28, 20_000],
  [0.000_01, 11, 1_000_000],
  [50, 28, 1],
])('at %d pixels a byte, %d pixels explain the scale with %d bytes', (scale, most, bytes) => {
  expect(roundBytes(scale, most)).toBe(bytes)
})
