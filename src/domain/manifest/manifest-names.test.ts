import { describe, expect, test } from 'vitest'
import { parseManifest, parseStoredManifest, type Manifest } from './manifest.ts'
import { referencesIn, subjectEdgesOf } from '#graph/edges.ts'

const referencesOf = (manifest: Manifest) => referencesIn(manifest).map(({ target }) => target)
const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const to = (letter: string, more = '') => `{"digest":"${digest(letter)}","size":7${more}}`
const kelvin = '\u212A'
const longS = '\u017F'
const config = `"config":${to('c')}`

/** A manifest, everything that some reader finds in it, and why it is refused. */
const differing: readonly (readonly [json: string, digests: string, reason: string])[] = [
  [`{${config},"layers":[],"Layers":[${to('a')}]}`, 'ca', '"Layers" is "layers" to some clients'],
  [`{${config},"Layers":[${to('a')}]}`, 'ca', '"Layers" is "layers"'],
  [`{${config},"layers":[${to('a')}],"LAYERS":null}`, 'ca', '"LAYERS" is "layers"'],
  [`{${config},"layers":[${to('a')}],"layers":[${to('b')}]}`, 'cab', '"layers" is there more'],
  [`{${config},"layers":[],"layer${longS}":[${to('a')}]}`, 'ca', `"layer${longS}" is "layers"`],
  [`{"layers":[],"layers":null,${config},"Config":${to('d')}}`, 'dc', '"Config" is "config"'],
  [`{"layers":[${to('a')}],"layers":null,${config}}`, 'ca', '"layers" is there more'],
  [`{"manifests":[],"Manifests":[${to('a')}]}`, 'a', '"Manifests" is "manifests"'],
  [`{"manifests":[${to('a')}],"manifest${longS}":[]}`, 'a', `"manifest${longS}" is "manifests"`],
  [`{"mediaType":"x/y","Blobs":[${to('a')}]}`, 'a', '"Blobs" is "blobs"'],
  [
    `{${config},"layers":[{"digest":"${digest('a')}","Digest":"${digest('b')}","size":1}]}`,
    'cab',
    '"Digest" is "digest"',
  ],
  [
    `{${config},"layers":[{"dige${longS}t":"${digest('b')}","size":1}]}`,
    'cb',
    `"dige${longS}t" is "digest"`,
  ],
  [`{"config":{"Digest":"${digest('d')}","size":1},"layers":[]}`, 'd', '"Digest" is "digest"'],
  [
    `{"manifests":[${to('a', ',"platform":{"os":"linux","OS":"windows"}')}]}`,
    'a',
    '"OS" is "os" to some clients',
  ],
  [`{"manifests":[${to('a', ',"size":8')}]}`, 'a', '"size" is there more than once'],
]

describe('a manifest that readers parse differently', () => {
  test.each(differing)(
    'is refused, and if stored keeps what any of them finds: %s',
    (json, digests, reason) => {
      const message = expect.stringContaining(reason)
      expect(parseManifest(json)).toMatchObject({
        ok: false,
        refusal: { code: 'MANIFEST_INVALID', message },
      })
      const stored = parseStoredManifest(json)
      expect(stored).toMatchObject({ ok: true, value: { oddity: message } })
      const read = stored.ok ? referencesOf(stored.value).map((each) => each.digest) : []
      expect(read).toEqual(Array.from(digests, digest))
    },
  )

  test('is attached to every subject that any of them finds', () => {
    const json = `{${config},"layers":[],"subject":${to('a')},"Subject":${to('b')}}`
    const stored = parseStoredManifest(json)
    const subjects = stored.ok ? subjectEdgesOf(stored.value) : []
    expect(subjects.map(({ target }) => target.digest)).toEqual([digest('b'), digest('a')])
    expect(parseManifest(json)).toMatchObject({ ok: false })
  })

  test('has every descriptor that two media types can mean', () => {
    const mediaTypes = '"mediaType":"x.foreign.y","MediaType":"z"'
    const json = `{${config},"layers":[{${mediaTypes},"digest":"${digest('a')}","size":1}]}`
    const stored = parseStoredManifest(json)
    const types = stored.ok ? referencesOf(stored.value).map((each) => each.mediaType) : []
    expect(types).toEqual(['application/octet-stream', 'x.foreign.y', 'z'])
  })

  test.each([
    ['a list of texts', `{${config},"layers":[],"Layers":["${digest('a')}"]}`],
    ['no list', `{${config},"layers":[],"Layers":7}`],
    ['no digest', `{${config},"layers":[],"Layers":[{"size":7}]}`],
    ['both kinds', `{"manifests":[],"Layers":[${to('a')}]}`],
    ['very many values', `{${config},"Layers":[${to('a')}],"x":[${'1,'.repeat(20_000)}1]}`],
    [
      'too much at once',
      `{${config},"layers":[{${`"digest":"${digest('a')}",`.repeat(3)}${Array.from(
        { length: 20 },
        (_, place) => `"mediaType":"${place}",`,
      ).join('')}"size":7}]}`,
    ],
  ])('is not understood if one of them finds %s', (_, json) => {
    expect(parseStoredManifest(json)).toMatchObject({ ok: false })
  })
})

test.each([`{${config},"layers":[],"Layers":[]`, `{${config},"layers":[],"x":1,"x":2`])(
  'is refused if it is very large and needs a second parse: %s',
  (json) => {
    const large = `${json},"y":[${'1,'.repeat(20_000)}1]}`
    const message = expect.stringContaining('more than 20,000 values')
    expect(parseManifest(large)).toMatchObject({ ok: false, refusal: { message } })
  },
)

test.each([
  `{${config},"layers":[],"annotations":{"a":"1","A":"2","a":"3","Layers":"x"}}`,
  `{${config},"layers":[],"x":{"layers":[],"Layers":[]},"y":1,"y":2,"Y":3}`,
  `{"manifests":[${to('a', ',"annotations":{"digest":"","Digest":""}')}]}`,
  `{${config},"layers":[],"layer${kelvin}":[],"islayers":[]}`,
])('names without a meaning may have any form: %s', (json) => {
  expect(parseManifest(json).ok).toBe(true)
  expect(parseStoredManifest(json)).toEqual(parseManifest(json))
})

describe('in Go’s notation', () => {
  test.each([
    [`{${config},"layers":null}`, 'image', 'c'],
    [`{${config},"layers":null,"manifests":null}`, 'image', 'c'],
    ['{"manifests":null}', 'index', ''],
    [`{"manifests":[${to('a')}],"layers":null,"config":null}`, 'index', 'a'],
    [`{"mediaType":"application/vnd.oci.artifact.manifest.v1+json","blobs":null}`, 'image', ''],
  ])('null is a list without items: %s', (json, kind, digests) => {
    const parsed = parseManifest(json)
    expect(parsed).toMatchObject({ ok: true, value: { kind } })
    const read = parsed.ok ? referencesOf(parsed.value).map((each) => each.digest) : []
    expect(read).toEqual(Array.from(digests, digest))
  })

  test('an empty text counts as absent', () => {
    const platform = '"platform":{"os":"","architecture":"amd64","variant":""}'
    const inner = to('a', `,"mediaType":"","artifactType":"",${platform}`)
    const json = `{"mediaType":"","artifactType":"","manifests":[${inner}]}`
    expect(parseManifest(json)).toMatchObject({
      ok: true,
      value: {
        mediaType: 'application/vnd.oci.image.index.v1+json',
        artifactType: null,
        manifests: [
          {
            mediaType: 'application/octet-stream',
            platform: { os: 'unknown', architecture: 'amd64' },
          },
        ],
      },
    })
    const parsed = parseManifest(json)
    const [child] = parsed.ok ? referencesOf(parsed.value) : []
    expect(child).not.toHaveProperty('artifactType')
    expect(child?.platform).not.toHaveProperty('variant')
  })
})
