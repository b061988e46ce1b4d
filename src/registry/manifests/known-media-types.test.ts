import { expect, it } from 'vitest'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { createKnownMediaTypes } from './known-media-types.ts'

const image = tinyImage({ layers: ['one'] })
const odd = contentOf('{"schemaVersion":9}')

it('what a manifest is called is read once for each digest, and forgotten after very many', () => {
  const known = createKnownMediaTypes(2)
  expect(known(image.digest, image.bytes)).toEqual({
    mediaType: image.mediaType,
    isUnderstood: true,
  })
  const told = { mediaType: 'application/octet-stream', isUnderstood: false }
  expect(known(odd.digest, odd.bytes)).toEqual(told)
  // A second read would find empty bytes.
  const nothing = new Uint8Array()
  expect(known(image.digest, nothing).isUnderstood).toBe(true)
  known(contentOf('a third').digest, nothing)
  expect(known(image.digest, nothing).isUnderstood).toBe(true)
  expect(known(odd.digest, image.bytes).isUnderstood).toBe(true)
})
