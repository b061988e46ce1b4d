import { beforeEach, describe, expect, it, test } from 'vitest'
import { mediaTypes } from '#domain/values/media-type.ts'
import { contentOf, tinyImage, type TinyContent } from '#testing/builders/tiny-image.ts'
import {
  blobPath,
  openWorld,
  revisionPath,
  tagPath,
  type World,
} from '#testing/data-loss/scenario.ts'

/** How images can be lost that clients in Go see and a program in JavaScript does not. */

const image = tinyImage({ layers: ['a layer'] })
const [config, layer] = image.blobs as readonly [TinyContent, TinyContent]
const child = tinyImage({ layers: ['of a platform'], config: '{"a":1}' })
const sbom = tinyImage({ layers: ['sbom'], config: '{"b":2}' })
const untagged = { untaggedHours: 0, afterHours: 48 } as const

const to = ({ digest, bytes }: TinyContent, mediaType = 'application/octet-stream') =>
  JSON.stringify({ mediaType, digest, size: bytes.length })
const imageOf = (fields: string) =>
  contentOf(
    `{"schemaVersion":2,"mediaType":"${mediaTypes.ociImage}","config":${to(config)},${fields}}`,
  )
const indexOf = (fields: string) =>
  contentOf(`{"schemaVersion":2,"mediaType":"${mediaTypes.ociIndex}",${fields}}`)

let world: World
beforeEach(async () => {
  world = await openWorld()
})

/** As other software has stored it. */
async function store(manifest: TinyContent, tag?: string): Promise<void> {
  await world.damage(blobPath(manifest), new TextDecoder().decode(manifest.bytes))
  await world.damage(revisionPath('team/app', manifest), manifest.digest)
  if (tag !== undefined) await world.damage(tagPath('team/app', tag), manifest.digest)
}

const layered: readonly (readonly [name: string, manifest: TinyContent])[] = [
  ['another case', imageOf(`"layers":[],"Layers":[${to(layer)}]`)],
  ['another case, cleared again', imageOf(`"layers":[${to(layer)}],"Layers":[]`)],
  ['one name twice', imageOf(`"layers":[${to(layer)}],"layers":[]`)],
  ['a letter that folds', imageOf(`"layers":[],"layer\u017F":[${to(layer)}]`)],
  [
    'a name inside',
    imageOf(`"layers":[${to(config).replace('}', `,"Digest":"${layer.digest}"}`)}]`),
  ],
]

describe.each(layered)('an image with layers under %s', (_, manifest) => {
  it('is refused at a push, and the refusal names the mistake', async () => {
    for (const blob of image.blobs) await world.admin.pushBlob('team/app', blob)
    const answer = await world.admin.ask('PUT', '/v2/team/app/manifests/v1', {
      headers: { 'Content-Type': mediaTypes.ociImage },
      body: manifest.bytes,
    })
    expect(answer).toMatchObject({
      status: 400,
      json: { errors: [{ code: 'MANIFEST_INVALID', message: expect.stringMatching(/"\S+" is /) }] },
    })
  })

  it('keeps its layers while it is stored, is named by the run, and is removed after its deletion', async () => {
    await world.push('team/app', image, 'gone')
    await world.remove('team/app', 'gone')
    await store(manifest, 'v1')
    for (const again of [1, 2]) {
      const { id, result } = await world.collect(untagged)
      expect(world.isStored(layer), `run ${again}`).toBe(true)
      expect(result).toMatchObject({ verification: { tags: 1 } })
      const logs = await world.admin.ask('GET', `/api/v0/jobs/${id}/logs`)
      expect(logs.text).toContain(`the manifest ${manifest.digest} is odd`)
    }
    expect((await world.remove('team/app', manifest.digest)).status).toBe(202)
    expect((await world.restore()).status).toBe(204)
    await world.collect(untagged)
    expect(world.isStored(layer)).toBe(true)
    expect((await world.remove('team/app', 'v1')).status).toBe(202)
    await world.collect(untagged)
    expect(world.paths('docker/registry/v2')).toEqual([])
  })
})

test('a missing layer that only some clients see makes its image broken', async () => {
  await world.push('team/app', image, 'whole')
  await store(imageOf(`"layers":[],"Layers":[${to(contentOf('nowhere'))}]`), 'v1')
  const { result } = await world.collect(untagged)
  expect(result).toMatchObject({ verification: { tags: 2, wholeTags: 1 } })
})

describe('an index with a child under another case', () => {
  const index = indexOf(`"manifests":[],"Manifests":[${to(child, child.mediaType)}]`)

  it('keeps the child, and takes it along when it is deleted and restored', async () => {
    await world.push('team/app', child)
    await store(index, 'v1')
    await world.collect(untagged)
    expect(await world.holes('team/app', child.digest)).toEqual([])
    const alone = await world.remove('team/app', child.digest)
    expect(alone.status).toBe(405)
    await world.remove('team/app', 'v1')
    expect(await world.holes('team/app', child.digest)).not.toEqual([])
    await world.restore()
    expect(await world.holes('team/app', child.digest)).toEqual([])
  })
})

describe('an artifact with a subject under another case', () => {
  const at = (name: string, subject: TinyContent) => `"${name}":${to(subject, mediaTypes.ociImage)}`

  it.each(['Subject', 'SUBJECT', '\u017Fubject'])('%s stays with its image', async (name) => {
    for (const blob of sbom.blobs) await world.admin.pushBlob('team/app', blob)
    await world.push('team/app', image, 'v1')
    const artifact = imageOf(`"layers":[${to(sbom.blobs[1] as TinyContent)}],${at(name, image)}`)
    await store(artifact)
    await world.collect(untagged)
    expect(await world.holes('team/app', artifact.digest)).toEqual([])
    const { json } = await world.admin.ask('GET', `/v2/team/app/referrers/${image.digest}`)
    expect(json).toMatchObject({ manifests: [{ digest: artifact.digest }] })
  })

  it('stays as long as either of two subjects stays', async () => {
    await world.push('team/app', image, 'v1')
    await world.push('team/app', child, 'v2')
    const both = imageOf(`"layers":[${to(layer)}],${at('subject', image)},${at('Subject', child)}`)
    await store(both)
    await world.collect(untagged)
    expect(await world.holes('team/app', both.digest)).toEqual([])
    await world.remove('team/app', 'v1')
    await world.collect(untagged)
    expect(await world.holes('team/app', both.digest)).toEqual([])
    await world.remove('team/app', 'v2')
    await world.collect(untagged)
    expect(world.paths('docker/registry/v2')).toEqual([])
  })
})

describe('a manifest that begins with a byte order mark', () => {
  const marked = contentOf(`\uFEFF${new TextDecoder().decode(image.bytes)}`)

  it('is refused at a push', async () => {
    for (const blob of image.blobs) await world.admin.pushBlob('team/app', blob)
    const answer = await world.admin.ask('PUT', '/v2/team/app/manifests/v1', {
      headers: { 'Content-Type': mediaTypes.ociImage },
      body: marked.bytes,
    })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('byte order mark')
  })

  it('keeps what it needs if it is stored', async () => {
    await world.push('team/app', image, 'gone')
    await store(marked, 'v1')
    await world.remove('team/app', 'gone')
    await world.collect(untagged)
    expect(world.isStored(layer)).toBe(true)
  })
})
