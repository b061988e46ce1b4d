import { describe, expect, it } from 'vitest'
import { memoryTarget } from '../store-target.ts'
import { generateStore, type StoreFacts } from './generate-store.ts'
import { shapeManyTags, shapeStore, type ShapedImage } from './store-shape.ts'

const blobs = 20_000
const images = [...shapeStore({ seed: 7, blobs })]
const factsOf = (shape: Iterable<ShapedImage>): StoreFacts =>
  generateStore(memoryTarget(Date.UTC(2026, 0, 1)), shape, 7)

const shareOf = (isOne: (image: ShapedImage) => boolean): number =>
  images.filter(isOne).length / images.length

const isIndex = ({ platforms }: ShapedImage): boolean => platforms.length === 2
const few = (seed: number) => [...shapeStore({ seed, blobs: 500 })]

describe('generated stores', () => {
  const facts = factsOf(images)

  it('have the layers of the published statistics of Docker Hub', () => {
    expect(facts.layersPerImage.p50).toBe(8)
    expect(facts.layersPerImage.p90).toBeGreaterThanOrEqual(17)
    expect(facts.layersPerImage.p90).toBeLessThanOrEqual(19)
    expect(facts.layersPerImage.max).toBeLessThanOrEqual(120)
    expect(facts.usedOnce).toBeGreaterThan(0.88)
    expect(facts.usedOnce).toBeLessThan(0.95)
    expect(facts.referencesPerLayer).toBeGreaterThan(1.3)
  })

  it('have indexes of two platforms, moved tags and deleted images', () => {
    expect(shareOf(isIndex)).toBeCloseTo(0.05, 1)
    expect(images.some(isIndex)).toBe(true)
    expect(shareOf(({ fate }) => fate === 'replaced')).toBeCloseTo(0.1, 1)
    expect(shareOf(({ fate }) => fate === 'deleted')).toBeCloseTo(0.33, 1)
    expect(facts.garbage.blobs / facts.blobs).toBeGreaterThan(0.25)
    expect(facts.garbage.blobs / facts.blobs).toBeLessThan(0.35)
    expect(facts.garbageWithUntagged.blobs).toBeGreaterThan(facts.garbage.blobs)
  })

  it('have the requested size', () => {
    // The last repository is completed.
    expect(facts.blobs).toBeGreaterThanOrEqual(blobs * 0.99)
    expect(facts.blobs).toBeLessThan(blobs * 1.03)
  })

  it('are the same for the same seed, and differ for another', () => {
    expect(few(1)).toEqual(few(1))
    expect(few(2)).not.toEqual(few(1))
  })

  it('can be one repository with very many tags', () => {
    const many = factsOf(shapeManyTags({ seed: 1, tags: 1000 }))
    expect(many.repositories).toBe(1)
    expect(many.revisions).toBe(1001)
    expect(many.tags).toBeGreaterThan(850)
    expect(many.garbage.blobs).toBe(0)
    // All but the last image of the moving tag, each with a manifest, a configuration and two
    // layers.
    expect(many.garbageWithUntagged.blobs).toBe((1001 - many.tags) * 4)
  })
})
