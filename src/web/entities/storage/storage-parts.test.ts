import { describe, expect, it } from 'vitest'
import { sumOfParts } from '#domain/collection/stored-parts.ts'
import { stripParts } from './storage-parts.ts'

const parts = { oneImage: 600, shared: 250, untagged: 50, trash: 40, inDoubt: 0, reclaimable: 60 }
const bytesOf = (strip: ReturnType<typeof stripParts>) =>
  Object.fromEntries(strip.map(({ tone, bytes }) => [tone, bytes]))

describe('the parts of a storage strip', () => {
  it('always have the same order, and what is in doubt only where there is any', () => {
    const tones = (changes = {}) => stripParts({ ...parts, ...changes }).map(({ tone }) => tone)
    expect(tones()).toEqual(['oneImage', 'shared', 'untagged', 'trash', 'reclaimable'])
    expect(tones({ inDoubt: 1 })[4]).toBe('inDoubt')
    expect(tones({ untagged: 0 })[2]).toBe('untagged')
  })

  it('stay the same in sum, whatever a person chooses', () => {
    for (const chosen of [
      { label: 'selected', oneImage: 100, shared: 20, isCurrent: true },
      { label: 'selected', oneImage: 9000, shared: 9000, isCurrent: true },
      { label: 'selected', oneImage: 0, shared: 0, isCurrent: false },
    ]) {
      const strip = stripParts(parts, { chosen })
      expect(strip.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(sumOfParts(parts))
    }
    const chosen = { label: 'selected', oneImage: 100, shared: 20, isCurrent: true }
    expect(bytesOf(stripParts(parts, { chosen }))).toMatchObject({
      oneImage: 500,
      shared: 230,
      chosen: 120,
      reclaimable: 60,
    })
  })

  it('have free space to scale unless it would hide the rest', () => {
    const freeOf = (free: number | null) => stripParts(parts, { free }).at(-1)
    expect(freeOf(null)?.tone).toBe('reclaimable')
    expect(freeOf(500)).toMatchObject({ tone: 'free', bytes: 500, isCutOff: false })
    expect(freeOf(501)).toMatchObject({ tone: 'free', bytes: 501, isCutOff: true })
  })
})
