import { describe, expect, test } from 'vitest'
import { parseStoredManifest } from '#domain/manifest/manifest.ts'
import { digestOf, type Digest } from '#domain/values/digest.ts'
import { mediaTypes } from '#domain/values/media-type.ts'
import {
  edgeKinds,
  edgeRules,
  optionalEdgesOf,
  placeOf,
  referencesIn,
  requiredEdgesOf,
  retainedEdgesOf,
  subjectEdgesOf,
  type Edge,
} from './edges.ts'

const digest = (letter: string): Digest => digestOf('sha256', letter.repeat(64))
const long = digestOf('sha512', 'e'.repeat(128))

const to = (letter: string, mediaType?: string) => ({
  mediaType,
  digest: digest(letter),
  size: letter.codePointAt(0),
})

const [configType, layerType, foreignType, windowsType, cacheType] = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.oci.image.layer.v1.tar+gzip',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.buildkit.cacheconfig.v0',
]

function read(fields: object | string) {
  const parsed = parseStoredManifest(typeof fields === 'string' ? fields : JSON.stringify(fields))
  if (!parsed.ok) throw new Error(parsed.refusal.message)
  return parsed.value
}

const nameOf = new Map(Object.entries(edgeKinds).map(([name, kind]) => [kind, name]))

/** `place kind letter`, so that a table of them can be read. */
const words = (edge: Edge): string =>
  `${placeOf(edge)} ${nameOf.get(edge.kind)} ${edge.target.digest.split(':')[1]?.[0]}`

const config = to('c', configType)
const layers = [to('a', layerType), to('b', layerType)]
const subject = to('d', mediaTypes.ociImage)

/** All of them, the subjects last. */
const edgesOf = (manifest: Parameters<typeof referencesIn>[0]): readonly Edge[] => [
  ...referencesIn(manifest),
  ...subjectEdgesOf(manifest),
]

/** Media type × field → edges. */
const table: Readonly<Record<string, readonly [fields: object, edges: readonly string[]]>> = {
  'an OCI image': [
    { mediaType: mediaTypes.ociImage, config, layers },
    ['config config c', 'layers[0] layer a', 'layers[1] layer b'],
  ],
  'a Docker image, schema 2': [
    { mediaType: mediaTypes.dockerImage, config, layers },
    ['config config c', 'layers[0] layer a', 'layers[1] layer b'],
  ],
  'an image without a media type': [
    { config, layers },
    ['config config c', 'layers[0] layer a', 'layers[1] layer b'],
  ],
  'an image of an unknown media type': [
    { mediaType: 'application/vnd.example.image', config, layers: [to('a', 'x/y')] },
    ['config config c', 'layers[0] layer a'],
  ],
  'an image with Windows layers': [
    { config, layers: [to('a', foreignType), to('b', windowsType), to('e', layerType)] },
    [
      'config config c',
      'layers[0] foreignLayer a',
      'layers[1] foreignLayer b',
      'layers[2] layer e',
    ],
  ],
  'a configuration that looks foreign': [
    { config: to('c', foreignType), layers: [] },
    ['config config c'],
  ],
  'a manifest listed as a layer': [
    { config, layers: [to('a', mediaTypes.ociImage)] },
    ['config config c', 'layers[0] layer a'],
  ],
  'an image with a subject': [
    { config, layers: [], subject },
    ['config config c', 'subject subject d'],
  ],
  'the same digest twice': [
    { config: to('a', configType), layers: [to('a', layerType), to('a', foreignType)] },
    ['config config a', 'layers[0] layer a', 'layers[1] foreignLayer a'],
  ],
  'an OCI index': [
    {
      mediaType: mediaTypes.ociIndex,
      manifests: [
        to('a', mediaTypes.ociImage),
        to('b', mediaTypes.ociIndex),
        to('c', mediaTypes.ociArtifact),
        to('e', mediaTypes.dockerImage),
        to('f', mediaTypes.dockerList),
        to('1', mediaTypes.dockerOldest),
        to('2', mediaTypes.dockerSigned),
      ],
    },
    [
      'manifests[0] manifest a',
      'manifests[1] manifest b',
      'manifests[2] manifest c',
      'manifests[3] manifest e',
      'manifests[4] manifest f',
      'manifests[5] manifest 1',
      'manifests[6] manifest 2',
    ],
  ],
  'a Docker manifest list': [
    { mediaType: mediaTypes.dockerList, manifests: [to('a', mediaTypes.dockerImage)] },
    ['manifests[0] manifest a'],
  ],
  'an index that lists blobs': [
    {
      manifests: [
        to('a', layerType),
        to('b', cacheType),
        to('c', foreignType),
        to('e', windowsType),
        to('f'),
      ],
    },
    [
      'manifests[0] entry a',
      'manifests[1] entry b',
      'manifests[2] optionalEntry c',
      'manifests[3] optionalEntry e',
      'manifests[4] entry f',
    ],
  ],
  'an index with a subject': [
    { manifests: [to('a', mediaTypes.ociImage)], subject },
    ['manifests[0] manifest a', 'subject subject d'],
  ],
  'an empty index': [{ manifests: null }, []],
  'an OCI artifact': [
    { mediaType: mediaTypes.ociArtifact, blobs: [to('a', 'x/y'), to('b', foreignType)], subject },
    ['blobs[0] layer a', 'blobs[1] foreignLayer b', 'subject subject d'],
  ],
  'an image with the blobs of an artifact': [
    { mediaType: mediaTypes.ociArtifact, config, layers, blobs: [to('e', 'x/y')] },
    ['config config c', 'layers[0] layer a', 'layers[1] layer b', 'blobs[0] foreignLayer e'],
  ],
  'an image with the layers of schema 1': [
    { config, layers: [], fsLayers: [{ blobSum: digest('a') }] },
    ['config config c', 'fsLayers[0] foreignLayer a'],
  ],
  'an artifact with the fields of an image': [
    { mediaType: mediaTypes.ociArtifact, config, blobs: [to('a', 'x/y')], layers: 'none' },
    ['blobs[0] layer a', 'config foreignLayer c'],
  ],
  'an artifact with layers instead of blobs': [
    { mediaType: mediaTypes.ociArtifact, layers },
    ['layers[0] foreignLayer a', 'layers[1] foreignLayer b'],
  ],
  'an index with the layers of schema 1': [
    { manifests: [to('a', mediaTypes.ociImage)], fsLayers: [{ blobSum: digest('b') }] },
    ['manifests[0] manifest a', 'fsLayers[0] foreignLayer b'],
  ],
  'Docker schema 1 with the blobs of an artifact': [
    { fsLayers: [{ blobSum: digest('a') }], blobs: [to('b', 'x/y')] },
    ['fsLayers[0] layer a', 'blobs[0] foreignLayer b'],
  ],
  'fields of another kind that say nothing': [
    { config, layers: [], blobs: ['x', { digest: 7 }, null], fsLayers: 'none' },
    ['config config c'],
  ],
  'Docker schema 1': [
    { schemaVersion: 1, fsLayers: [{ blobSum: digest('a') }, { blobSum: digest('b') }] },
    ['fsLayers[0] layer a', 'fsLayers[1] layer b'],
  ],
  'Docker schema 1, signed': [
    { schemaVersion: 1, fsLayers: [{ blobSum: digest('a') }], signatures: [] },
    ['fsLayers[0] layer a'],
  ],
}

describe('every media type and field', () => {
  test.each(Object.entries(table))('%s', (_, [fields, edges]) => {
    expect(edgesOf(read(fields)).map(words)).toEqual(edges)
  })

  test('a manifest that readers do not read alike has what any of them finds', () => {
    const descriptor = (letter: string) => JSON.stringify(to(letter, layerType))
    const text = `{"config":${descriptor('c')},"Config":${descriptor('e')},
      "layers":[${descriptor('a')}],"LAYERS":[${descriptor('b')}],
      "subject":${descriptor('d')},"Subject":${descriptor('f')}}`
    expect(edgesOf(read(text)).map(words)).toEqual([
      'config config e',
      'layers[0] layer a',
      'layers[1] layer b',
      'layers[2] layer c',
      'subject subject f',
      'subject subject d',
    ])
  })

  test('a manifest that is not understood leads to all that it names, and may be attached to it', () => {
    const edges = edgesOf({ kind: 'opaque', names: [digest('a'), long] })
    expect(edges.map(({ kind, target }) => [nameOf.get(kind), target.digest])).toEqual([
      ['optionalEntry', digest('a')],
      ['optionalEntry', long],
      ['subject', digest('a')],
      ['subject', long],
    ])
    expect(edges.every(({ target }) => target.isUnsized)).toBe(true)
  })

  test('the descriptor comes along, by any algorithm', () => {
    const platform = { os: 'linux', architecture: 'arm64' }
    const fields = { mediaType: mediaTypes.ociImage, digest: long, size: 7, platform }
    expect(edgesOf(read({ manifests: [fields] }))[0]?.target).toEqual({
      mediaType: mediaTypes.ociImage,
      digest: long,
      sizeBytes: 7,
      platform,
    })
  })
})

const said = (edges: readonly Edge[]) => edges.map(words)

describe('what is required, and what is retained', () => {
  const windows = read({ config, layers: [to('a', foreignType), to('b', layerType)], subject })
  const mixed = read({
    manifests: [to('a', mediaTypes.ociImage), to('b', foreignType), to('c', cacheType)],
  })

  test('a subject is neither, and a foreign layer only retained, where it is on storage', () => {
    expect(said(requiredEdgesOf(windows))).toEqual(['config config c', 'layers[1] layer b'])
    expect(said(optionalEdgesOf(windows))).toEqual(['layers[0] foreignLayer a'])
    expect(said(retainedEdgesOf({ manifest: windows, sizeBytes: 1 }))).toEqual([
      'config config c',
      'layers[1] layer b',
    ])
    const pushed = [{ digest: digest('a'), sizeBytes: 500 }]
    const retained = retainedEdgesOf({ manifest: windows, sizeBytes: 1, pushed })
    expect(said(retained)).toEqual([
      'config config c',
      'layers[0] foreignLayer a',
      'layers[1] layer b',
    ])
    expect(retained.map(({ target }) => target.sizeBytes)).toEqual([99, 500, 98])
  })

  test('an index requires what it lists, but for what is foreign', () => {
    expect(said(requiredEdgesOf(mixed))).toEqual([
      'manifests[0] manifest a',
      'manifests[2] entry c',
    ])
    expect(said(optionalEdgesOf(mixed))).toEqual(['manifests[1] optionalEntry b'])
  })

  test('each digest is there once, and required if any edge requires it', () => {
    const twice = read({ config, layers: [to('a', foreignType), to('a', layerType)] })
    expect(said(requiredEdgesOf(twice))).toEqual(['config config c', 'layers[1] layer a'])
  })

  test('a collection keeps all that is required', () => {
    const rules = Object.values(edgeRules)
    expect(rules.filter(({ isRequired, isRetained }) => isRequired && !isRetained)).toEqual([])
  })

  test('everything may lead on but what is a blob for certain', () => {
    for (const [kind, { target }] of Object.entries(edgeRules)) {
      expect(Number(kind) >= edgeKinds.manifest).toBe(target !== 'blob')
    }
  })
})
