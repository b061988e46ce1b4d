import { expect, it } from 'vitest'
import { tagName } from '#testing/builders/test-registry.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import type { TagLink } from '#graph/live/tag-link.ts'
import { packTagLinks, unpackTagLinks } from './packed-tag-links.ts'

const one = tinyImage({ layers: ['one'] }).digest
const other = tinyImage({ layers: ['other'] }).digest
const names = ['first', 'gone', 'torn', 'denied', 'second', 'last'].map(tagName)
const links: readonly TagLink[] = [
  { name: tagName('first'), digest: one, linkedAtMs: 1_700_000_000_123 },
  { name: tagName('torn'), digest: null, linkedAtMs: 2 },
  { name: tagName('denied'), digest: null, linkedAtMs: 0, isUnreadable: true },
  { name: tagName('second'), digest: other, linkedAtMs: 3 },
  { name: tagName('last'), digest: one, linkedAtMs: 4 },
]

it('packs links beside the names that were asked for, with each digest once', () => {
  const packed = packTagLinks(names, links)
  expect(packed.digests).toEqual([one, other])
  expect(unpackTagLinks(names, structuredClone(packed))).toEqual(links)
  expect(unpackTagLinks([], packTagLinks([], []))).toEqual([])
})

it('refuses links in another order than their names, which it would lose', () => {
  expect(() => packTagLinks(names, links.toReversed())).toThrow('another order')
  expect(() => packTagLinks(names.slice(1), links)).toThrow('another order')
})
