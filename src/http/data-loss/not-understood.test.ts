import { beforeEach, describe, expect, it, test } from 'vitest'
import { mediaTypes } from '#domain/values/media-type.ts'
import {
  contentOf,
  tinyImage,
  type TinyContent,
  type TinyManifest,
} from '#testing/builders/tiny-image.ts'
import type { Bytes } from '#storage/bytes.ts'
import {
  blobPath,
  openWorld,
  revisionPath,
  tagPath,
  type World,
} from '#testing/data-loss/scenario.ts'

/** How an old or odd manifest can be lost, or can fill the disk. */

const untagged = { untaggedHours: 0, afterHours: 48 } as const
const image = tinyImage({ layers: ['of the odd one'] })
const [config, layer] = image.blobs as readonly [TinyContent, TinyContent]
const other = tinyImage({ layers: ['of another'], config: '{"a":1}' })
const [, otherLayer] = other.blobs as readonly [TinyContent, TinyContent]

let world: World
beforeEach(async () => {
  world = await openWorld()
  // The repository links what the odd manifest needs, as a push would have left it.
  await world.push('team/app', image)
  await world.remove('team/app', image.digest)
  await world.push('team/app', other, 'other')
})

/** As other software has stored it. */
async function store(manifest: TinyContent, tag?: string): Promise<void> {
  await world.api.storage.write(blobPath(manifest), manifest.bytes)
  await world.damage(revisionPath('team/app', manifest), manifest.digest)
  if (tag !== undefined) await world.damage(tagPath('team/app', tag), manifest.digest)
}

/** Text as bytes, one per character. */
const bytesOf = (text: string): Bytes =>
  Uint8Array.from(Array.from(text, (letter) => letter.charCodeAt(0)))

const oldImage = `{"schemaVersion":1,"name":"team/app","tag":"0.9","architecture":"amd64","fsLayers":[{"blobSum":"${layer.digest}"},{"blobSum":"${layer.digest}"}],"history":[{"v1Compatibility":"{}"},{"v1Compatibility":"{}"}]`
const to = ({ digest, bytes }: TinyContent) =>
  `{"mediaType":"application/octet-stream","digest":"${digest}","size":${bytes.length}}`
const accented = `{"schemaVersion":2,"mediaType":"${mediaTypes.ociImage}","config":${to(config)},"layers":[${to(layer)}],"annotations":{"author":"Andr\u00E9"}}`

const whole: readonly (readonly [name: string, manifest: TinyContent, mediaType: string])[] = [
  ['of schema 1', contentOf(`${oldImage}}`), mediaTypes.dockerOldest],
  [
    'of schema 1, signed',
    contentOf(`${oldImage},"signatures":[{"header":{},"signature":"x","protected":"y"}]}`),
    mediaTypes.dockerSigned,
  ],
  ['with a letter of Latin-1', contentOf(bytesOf(accented)), mediaTypes.ociImage],
]

const anyType = 'application/octet-stream'
const hidden = layer.digest.replace('sha256:', String.raw`\u0073ha256\u003A`)
const opaque: readonly (readonly [name: string, manifest: TinyContent, mediaType: string])[] = [
  [
    'of an unknown structure',
    contentOf(`{"schemaVersion":9,"parts":{"x":["${layer.digest}"]}}`),
    anyType,
  ],
  ['cut off', contentOf(accented.slice(0, accented.indexOf('"annotations"'))), anyType],
  ['nested very deeply', contentOf(`{"layers":${'['.repeat(99)}"${layer.digest}"`), anyType],
  ['with escapes', contentOf(`{"parts":"${hidden}"}`), anyType],
  [
    'named in two ways and very large',
    contentOf(`{"Layers":[${to(layer)}],"x":[${'1,'.repeat(20_000)}1]}`),
    anyType,
  ],
  ['of both kinds', contentOf(`{"manifests":[],"layers":[${to(layer)}]}`), anyType],
  [
    'of null layers without a configuration',
    contentOf(`{"layers":null,"x":"${layer.digest}"}`),
    anyType,
  ],
]

const get = (reference: string) => world.admin.ask('GET', `/v2/team/app/manifests/${reference}`)

describe.each([...whole, ...opaque])('a manifest %s', (_, manifest, mediaType) => {
  it('is served unchanged', async () => {
    await store(manifest, 'odd')
    for (const reference of ['odd', manifest.digest]) {
      const answer = await get(reference)
      expect(answer).toMatchObject({ status: 200 })
      expect(answer.headers.get('Content-Type')).toBe(mediaType)
      expect(answer.headers.get('Docker-Content-Digest')).toBe(manifest.digest)
      expect(answer.headers.get('Content-Length')).toBe(String(manifest.bytes.length))
    }
    const list = await world.admin.ask(
      'GET',
      '/api/v0/repositories/team/app/tags?includeManifests=true',
    )
    expect(list.status).toBe(200)
  })

  it('keeps what it may need, and nothing else of its repository', async () => {
    await store(manifest, 'odd')
    await world.remove('team/app', 'other')
    for (const again of [1, 2]) {
      await world.collect(untagged)
      expect(world.isStored(layer), `run ${again}`).toBe(true)
      expect(world.isStored(manifest), `run ${again}`).toBe(true)
      expect(world.isStored(otherLayer), `run ${again}`).toBe(false)
    }
  })

  it.each(['tag', 'digest'])('can be deleted by %s, restored, and collected', async (by) => {
    await store(manifest, 'odd')
    const reference = by === 'tag' ? 'odd' : manifest.digest
    // Makes it the newest in the trash.
    world.api.clock.advance(1000)
    expect((await world.remove('team/app', reference)).status).toBe(202)
    expect((await get('odd')).status).toBe(404)
    expect((await get(manifest.digest)).status).toBe(404)
    expect((await world.restore()).status).toBe(204)
    await world.collect(untagged)
    expect((await get('odd')).status).toBe(200)
    expect(world.isStored(layer)).toBe(true)
    await world.remove('team/app', reference)
    await world.collect(untagged)
    expect(world.isStored(layer)).toBe(false)
    expect(world.isStored(manifest)).toBe(false)
    expect(await world.holes('team/app', 'other')).toEqual([])
  })
})

describe('the dialog before a deletion', () => {
  const [, manifest] = opaque[0] as (typeof opaque)[number]
  const impactOf = async (references: readonly string[], isWhole: boolean) => {
    const path = '/api/v0/repositories/team/app/deletion-impact'
    const answer = await world.admin.ask('POST', path, {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ references, whole: isWhole }),
    })
    return (answer.json as { references: readonly object[] }).references
  }

  beforeEach(async () => {
    await store(manifest, 'odd')
    await world.damage(tagPath('team/app', 'same'), manifest.digest)
    // Until the index reads again what other software has written.
    world.api.clock.advance(60_000)
  })

  it('says that a manifest which is not understood goes to the trash with its last tag', async () => {
    const { digest, bytes } = manifest
    const one = { digest, imageDeleted: false, tags: ['odd'], remainingTags: ['same'] }
    expect(await impactOf(['odd'], false)).toMatchObject([one])
    const both = { digest, imageDeleted: true, remainingTags: [], size: bytes.length }
    expect(await impactOf(['odd', 'same'], false)).toMatchObject([both, both])
    for (const reference of ['odd', digest]) {
      const impact = await impactOf([reference], true)
      expect(impact).toMatchObject([{ ...both, tags: ['odd', 'same'] }])
    }
  })

  it('says that only the tag goes if its manifest is gone', async () => {
    await world.damage(blobPath(manifest), null)
    const gone = { imageDeleted: false, tags: ['odd'], remainingTags: ['same'], size: 0 }
    expect(await impactOf(['odd'], true)).toMatchObject([gone])
  })
})

describe('a run', () => {
  it.each(opaque)('names each manifest that is not understood: one %s', async (_, manifest) => {
    await store(manifest, 'odd')
    const { id, result } = await world.collect()
    const { text } = await world.admin.ask('GET', `/api/v0/jobs/${id}/logs`)
    expect(text).toContain(`the manifest ${manifest.digest} is not understood`)
    expect(text).toContain('delete it by tag or digest')
    expect(result).toMatchObject({ verification: { tags: 2, wholeTags: 1 } })
  })

  it('counts an old image as whole, and one without its layer as broken', async () => {
    for (const [tag, [, manifest]] of whole.entries()) await store(manifest, `old-${tag}`)
    const { result } = await world.collect()
    expect(result).toMatchObject({ verification: { tags: 4, wholeTags: 4 } })
    await world.damage(blobPath(layer).replace('/data', ''), null)
    const again = await world.collect()
    expect(again.result).toMatchObject({ verification: { tags: 4, wholeTags: 1 } })
  })
})

test('an odd artifact without a tag stays with the image to which it may be attached', async () => {
  const odd = contentOf(`{"parts":["${layer.digest}"],"about":"${other.digest}"}`)
  await store(odd)
  await world.collect(untagged)
  expect(world.isStored(odd)).toBe(true)
  expect(world.isStored(layer)).toBe(true)
  await world.remove('team/app', 'other')
  await world.collect(untagged)
  expect(world.paths('docker/registry/v2')).toEqual([])
})

test('an odd manifest keeps a manifest that it may list, and what that one needs', async () => {
  const odd = contentOf(`{"parts":["${image.digest}"]}`)
  await world.push('team/app', image)
  await store(odd, 'odd')
  await world.collect(untagged)
  expect(await world.holes('team/app', image.digest)).toEqual([])
})

test('a blob that an index lists leads to nothing, for any names in it', async () => {
  const named = contentOf(`{"rootfs":{"diff_ids":["sha256:${'0'.repeat(64)}"]}}`)
  await world.admin.pushBlob('team/app', named)
  const index = contentOf(
    `{"schemaVersion":2,"mediaType":"${mediaTypes.ociIndex}","manifests":[${to(named)}]}`,
  )
  await store(index, 'cache')
  const { result } = await world.collect(untagged)
  expect(result).toMatchObject({ verification: { tags: 2, wholeTags: 2 } })
  expect(world.isStored(named)).toBe(true)
})

test('a manifest whose bytes do not match its digest keeps its whole repository', async () => {
  await world.push('team/app', image, 'damaged')
  await world.remove('team/app', 'other')
  await world.damage(blobPath(image), `{"parts":["${config.digest}"]}`)
  await world.collect(untagged)
  expect(world.isStored(layer)).toBe(true)
  expect(world.isStored(otherLayer)).toBe(true)
  // Once it is deleted, nothing is retained because of it.
  expect((await world.remove('team/app', image.digest)).status).toBe(202)
  await world.collect(untagged)
  expect(world.paths('docker/registry/v2')).toEqual([])
})

test('an index over an odd manifest can be pushed, and keeps what that manifest may need', async () => {
  const odd = contentOf(`{"parts":["${layer.digest}"]}`)
  await store(odd)
  const list: TinyManifest = {
    ...contentOf(
      `{"schemaVersion":2,"mediaType":"${mediaTypes.ociIndex}","manifests":[${to(odd).replace('application/octet-stream', mediaTypes.ociImage)}]}`,
    ),
    mediaType: mediaTypes.ociIndex,
    blobs: [],
  }
  await world.push('team/app', list, 'list')
  await world.collect(untagged)
  expect(world.isStored(layer)).toBe(true)
  expect(await world.remove('team/app', odd.digest)).toMatchObject({ status: 405 })
})

test('a push of Docker schema 1 is refused, and the refusal says what to do', async () => {
  const answer = await world.admin.ask('PUT', '/v2/team/app/manifests/0.9', {
    headers: { 'Content-Type': mediaTypes.dockerOldest },
    body: `${oldImage}}`,
  })
  expect(answer).toMatchObject({ status: 400, code: 'MANIFEST_INVALID' })
  expect(answer.message).toContain('push the image with a newer client')
})
