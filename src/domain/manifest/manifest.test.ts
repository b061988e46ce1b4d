import { describe, expect, test } from 'vitest'
import { parseManifest, type Manifest } from './manifest.ts'
import { referencesIn } from '#graph/edges.ts'
import { isManifestMediaType, mediaTypes } from '../values/media-type.ts'

const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(digest)

const descriptor = (letter: string, rest: object = {}) => ({
  mediaType: 'application/octet-stream',
  digest: digest(letter),
  size: 7,
  ...rest,
})
const image = { schemaVersion: 2, config: descriptor('c'), layers: [descriptor('a')] }

const read = (fields: unknown) => {
  const parsed = parseManifest(JSON.stringify(fields))
  if (!parsed.ok) throw new Error(parsed.refusal.message)
  return parsed.value
}
const referencesOf = (manifest: Manifest) => referencesIn(manifest).map(({ target }) => target)
const digestsOf = (fields: unknown) => referencesOf(read(fields)).map((to) => to.digest)

describe('the five kinds', () => {
  test.each([mediaTypes.dockerImage, mediaTypes.ociImage])('an image: %s', (mediaType) => {
    const manifest = read({ ...image, mediaType, layers: [descriptor('a'), descriptor('b')] })
    expect(manifest).toMatchObject({ kind: 'image', mediaType, config: { digest: c } })
    expect(referencesOf(manifest).map((to) => to.digest)).toEqual([c, a, b])
  })

  test.each([mediaTypes.dockerList, mediaTypes.ociIndex])('an index: %s', (mediaType) => {
    const manifest = read({
      mediaType,
      manifests: [
        descriptor('a', { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } }),
        descriptor('b', { platform: {} }),
      ],
    })
    expect(manifest).toMatchObject({ kind: 'index', mediaType })
    expect(referencesOf(manifest).map((to) => to.platform)).toEqual([
      { os: 'linux', architecture: 'arm', variant: 'v7' },
      { os: 'unknown', architecture: 'unknown' },
    ])
  })

  test('an index of indexes, and an empty one', () => {
    const nested = { manifests: [descriptor('a', { mediaType: mediaTypes.ociIndex })] }
    expect(referencesOf(read(nested))[0]?.mediaType).toBe(mediaTypes.ociIndex)
    expect(digestsOf({ manifests: [] })).toEqual([])
  })

  test('an OCI artifact has blobs and no configuration', () => {
    const manifest = read({
      mediaType: mediaTypes.ociArtifact,
      artifactType: 'application/spdx+json',
      blobs: [descriptor('a')],
      subject: descriptor('d'),
    })
    expect(manifest).toMatchObject({
      kind: 'image',
      config: null,
      artifactType: 'application/spdx+json',
      subject: { digest: d },
    })
    // The subject is none of its parts.
    expect(referencesOf(manifest).map((to) => to.digest)).toEqual([a])
    expect(digestsOf({ mediaType: mediaTypes.ociArtifact })).toEqual([])
  })

  test('an image attached to another', () => {
    const manifest = read({ ...image, artifactType: 'x/y', subject: descriptor('d'), layers: [] })
    expect(manifest).toMatchObject({ artifactType: 'x/y', subject: { digest: d } })
    expect(referencesOf(manifest).map((to) => to.digest)).toEqual([c])
  })
})

describe('a manifest without a media type, as umoci writes it', () => {
  test('has the kind that its fields show', () => {
    expect(read(image)).toMatchObject({ kind: 'image', mediaType: mediaTypes.ociImage })
    expect(read({ manifests: [] })).toMatchObject({ kind: 'index', mediaType: mediaTypes.ociIndex })
    expect(read({ blobs: [] })).toMatchObject({ mediaType: mediaTypes.ociArtifact })
  })

  test('keeps the media type that it states', () => {
    const named = { ...image, mediaType: 'application/vnd.example+json' }
    expect(read(named)).toMatchObject({
      kind: 'image',
      mediaType: 'application/vnd.example+json',
    })
  })
})

describe('annotations and other extras', () => {
  test('keep only texts as annotations', () => {
    const annotations = { created: 'today', count: 3, nested: {} }
    expect(read({ ...image, annotations }).annotations).toEqual({ created: 'today' })
    expect(read({ ...image, annotations: ['a'] }).annotations).toEqual({})
    const [config] = referencesOf(read({ ...image, config: descriptor('c', { annotations }) }))
    expect(config?.annotations).toEqual({ created: 'today' })
  })

  test('let no annotation’s key reach the prototype', () => {
    const json = JSON.stringify(image).replace('{', '{"annotations":{"__proto__":"x"},')
    const parsed = parseManifest(json)
    expect(parsed.ok && Object.keys(parsed.value.annotations)).toEqual(['__proto__'])
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })

  test('count a descriptor without a media type as bytes', () => {
    const layers = [{ digest: a, size: 0 }]
    expect(referencesOf(read({ ...image, layers }))[1]).toEqual({
      mediaType: 'application/octet-stream',
      digest: a,
      sizeBytes: 0,
    })
  })
})

describe('refused', () => {
  const whole = JSON.stringify(image)
  test.each([
    ['', 'the manifest is not JSON'],
    [whole.slice(0, -1), 'the manifest is not JSON'],
    [`${whole}x`, 'the manifest is not JSON'],
    ['['.repeat(100_000), 'the manifest has more than 64 levels of nesting'],
    [`[${'1,'.repeat(150_000)}1]`, 'the manifest has more than 150000 values'],
    ['[]', 'the manifest is not a JSON object'],
    ['null', 'the manifest is not a JSON object'],
    ['"text"', 'the manifest is not a JSON object'],
  ])('%.20s: %s', (json, message) => {
    expect(parseManifest(json)).toEqual({
      ok: false,
      refusal: { code: 'MANIFEST_INVALID', message },
    })
  })

  test.each([
    [{ ...image, config: null }, 'config has no valid digest'],
    [
      { ...image, config: { ...descriptor('c'), digest: 'sha256:short' } },
      'config has no valid digest',
    ],
    [{ ...image, layers: [descriptor('a'), { size: 1 }] }, 'layers[1] has no valid digest'],
    [{ ...image, layers: [a] }, 'layers[0] has no valid digest'],
    [{ ...image, layers: [descriptor('a', { size: -1 })] }, 'layers[0] has no valid size'],
    [{ ...image, layers: [descriptor('a', { size: 1.5 })] }, 'layers[0] has no valid size'],
    [{ ...image, layers: [descriptor('a', { size: 2 ** 53 })] }, 'layers[0] has no valid size'],
    [{ ...image, layers: [descriptor('a', { size: '7' })] }, 'layers[0] has no valid size'],
    [{ manifests: [descriptor('a'), null] }, 'manifests[1] has no valid digest'],
    [{ blobs: [{}] }, 'blobs[0] has no valid digest'],
    [{ ...image, subject: {} }, 'subject has no valid digest'],
  ])('%#: %s', (fields, message) => {
    expect(parseManifest(JSON.stringify(fields))).toEqual({
      ok: false,
      refusal: { code: 'MANIFEST_INVALID', message },
    })
  })

  test.each([
    { ...image, manifests: [descriptor('b')] },
    { ...image, manifests: [] },
    { ...image, manifests: {} },
    { manifests: [descriptor('b')], layers: [] },
    { manifests: [descriptor('b')], config: descriptor('c') },
    { manifests: [descriptor('b')], blobs: [descriptor('a')] },
  ])('%#: an index to one reader and an image to another (CVE-2021-41190)', (fields) => {
    expect(parseManifest(JSON.stringify(fields))).toMatchObject({
      ok: false,
      refusal: { message: 'the manifest has the fields of an index and of an image' },
    })
  })

  test.each([
    {},
    { schemaVersion: 1, fsLayers: [] },
    { layers: [descriptor('a')] },
    { config: descriptor('c') },
    { config: descriptor('c'), layers: {} },
    { manifests: {} },
  ])('%#: has an entry that cannot be followed', (fields) => {
    expect(parseManifest(JSON.stringify(fields))).toMatchObject({
      ok: false,
      refusal: { code: 'MANIFEST_UNKNOWN_KIND' },
    })
  })
})

test('the media types of manifests are known', () => {
  expect(Object.values(mediaTypes).every(isManifestMediaType)).toBe(true)
  expect(isManifestMediaType('application/json')).toBe(false)
})
