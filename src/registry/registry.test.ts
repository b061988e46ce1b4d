import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { splitDigest } from '#domain/values/digest.ts'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import {
  filesOf,
  openTestRegistry,
  repositoryName,
  tagName,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const hex = (content: { digest: Parameters<typeof splitDigest>[0] }) =>
  splitDigest(content.digest).hex

describe('the layout on storage', () => {
  it('is that of CNCF Distribution, to the byte', async () => {
    const storage = createMemoryFileTree({ clock: { nowMs: () => 1 } })
    const registry = openTestRegistry({ storage })
    const image = tinyImage({ layers: ['one'] })
    await registry.push('team/app', image, '1.0')
    const [config, layer] = image.blobs
    if (!config || !layer) throw new Error('a tiny image has a configuration and a layer')
    const root = 'docker/registry/v2'
    const blob = (content: { digest: typeof image.digest }) =>
      `${root}/blobs/sha256/${hex(content).slice(0, 2)}/${hex(content)}/data`
    const repository = `${root}/repositories/team/app`
    expect(await filesOf(storage)).toEqual(
      new Map([
        [blob(config), text(config.bytes)],
        [blob(layer), 'one'],
        [blob(image), text(image.bytes)],
        [`${repository}/_layers/sha256/${hex(config)}/link`, config.digest],
        [`${repository}/_layers/sha256/${hex(layer)}/link`, layer.digest],
        [`${repository}/_manifests/revisions/sha256/${hex(image)}/link`, image.digest],
        [`${repository}/_manifests/tags/1.0/current/link`, image.digest],
        [`${repository}/_manifests/tags/1.0/index/sha256/${hex(image)}/link`, image.digest],
      ]),
    )
    expect(image.digest).toHaveLength(71)
  })

  it('keeps what a moved tag pointed at, in its history', async () => {
    const registry = openTestRegistry()
    const [old, fresh] = [tinyImage({ layers: ['old'] }), tinyImage({ layers: ['new'] })]
    await registry.push('team/app', old, '1.0')
    registry.advance(1000)
    await registry.push('team/app', fresh, '1.0')
    expect(await registry.manifests.resolveReference(app, tagName('1.0'))).toBe(fresh.digest)
    const history = await registry.manifests.tagHistory(app, tagName('1.0'))
    expect(history.map((item) => item.digest)).toEqual([fresh.digest, old.digest])
    expect(await registry.pulls('team/app', old.digest)).toBe(true)
  })
})

describe('the catalog', () => {
  it('finds nested repositories, and no stray folders', async () => {
    const registry = openTestRegistry()
    for (const name of ['b', 'a/b', 'a', 'a/b/c', 'a-b']) {
      await registry.push(name, tinyImage({ layers: [name] }), 'latest')
    }
    const stray = 'docker/registry/v2/repositories'
    await registry.storage.write(`${stray}/lost+found/file`, new Uint8Array())
    await registry.storage.write(`${stray}/Upper/_manifests/x`, new Uint8Array())
    expect(await registry.catalog.repositories()).toEqual(['a', 'a-b', 'a/b', 'a/b/c', 'b'])
    expect(await registry.catalog.has(repositoryName('a/b'))).toBe(true)
    expect(await registry.catalog.has(repositoryName('a/x'))).toBe(false)
  })

  it('knows a repository that has nothing but an upload or a layer', async () => {
    const registry = openTestRegistry()
    await registry.uploads.start(repositoryName('begun'))
    await registry.pushBlob('half', contentOf('layer'))
    expect(await registry.catalog.repositories()).toEqual(['begun', 'half'])
    expect(await registry.catalog.tagNames(repositoryName('half'))).toEqual([])
  })

  it('lists tags by code units, without what is left of a deleted one', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', tinyImage({ layers: ['x'] }), 'b', 'B', '10', '9', '_x')
    await registry.storage.remove(
      'docker/registry/v2/repositories/team/app/_manifests/tags/9/current',
    )
    expect(await registry.catalog.tagNames(app)).toEqual(['10', 'B', '_x', 'b'])
    expect(await registry.catalog.tag(app, tagName('9'))).toBeNull()
  })

  it('shows a tag with a broken link as pointing nowhere', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', tinyImage({ layers: ['x'] }), 'ok', 'broken')
    await registry.storage.write(
      'docker/registry/v2/repositories/team/app/_manifests/tags/broken/current/link',
      new Uint8Array(),
    )
    expect(await registry.catalog.tag(app, tagName('broken'))).toMatchObject({ digest: null })
    expect(await registry.manifests.readManifest(app, tagName('broken'))).toBeNull()
  })
})

describe('putting a manifest', () => {
  it('refuses one whose layers the repository does not have', async () => {
    const registry = openTestRegistry()
    const image = tinyImage({ layers: ['here', 'missing'] })
    for (const blob of image.blobs.slice(0, 2)) await registry.pushBlob('team/app', blob)
    await registry.push('other', image, 'x')
    const put = await registry.manifests.putManifest(app, tagName('1.0'), image)
    expect(put).toMatchObject({
      ok: false,
      refusal: { code: 'MANIFEST_BLOB_UNKNOWN', missing: [image.blobs[2]?.digest] },
    })
    expect(await registry.catalog.tagNames(app)).toEqual([])
    expect(await registry.manifests.readManifest(app, image.digest)).toBeNull()
  })

  it('refuses an index whose manifests the repository does not have', async () => {
    const registry = openTestRegistry()
    const arm = tinyImage({ layers: ['arm'] })
    const amd = tinyImage({ layers: ['amd'] })
    await registry.push('team/app', arm)
    const index = tinyIndex({ arm64: arm, amd64: amd })
    expect(await registry.manifests.putManifest(app, tagName('1.0'), index)).toMatchObject({
      refusal: { code: 'MANIFEST_BLOB_UNKNOWN', missing: [amd.digest] },
    })
    await registry.push('team/app', amd)
    await registry.push('team/app', index, '1.0')
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('takes an artifact whose subject is not there', async () => {
    const registry = openTestRegistry()
    const subject = tinyImage({ layers: ['subject'] })
    await registry.push('team/app', tinyImage({ layers: ['sbom'], subject }))
    expect(await registry.manifests.referrers(app, subject.digest)).toHaveLength(1)
  })

  it.each([
    ['no JSON', 'hello', undefined, 'MANIFEST_INVALID'],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe), undefined, 'MANIFEST_INVALID'],
    ['neither layers nor manifests', '{"schemaVersion":2}', undefined, 'MANIFEST_INVALID'],
    ['too large', new Uint8Array(4 * 1024 * 1024 + 1), undefined, 'MANIFEST_TOO_LARGE'],
    [
      'another media type than it was sent as',
      tinyImage({ layers: [] }).bytes,
      'application/vnd.docker.distribution.manifest.v2+json',
      'MANIFEST_INVALID',
    ],
  ])('refuses what is %s', async (_, content, contentType, code) => {
    const { bytes } = contentOf(content)
    const put = openTestRegistry().manifests.putManifest(app, tagName('1.0'), {
      bytes,
      contentType,
    })
    expect(await put).toMatchObject({ ok: false, refusal: { code } })
  })

  it('refuses a digest that is not that of the bytes', async () => {
    const registry = openTestRegistry()
    const image = tinyImage({ layers: ['x'] })
    await registry.push('team/app', image)
    const other = contentOf('other').digest
    expect(await registry.manifests.putManifest(app, other, image)).toMatchObject({
      refusal: { code: 'DIGEST_INVALID' },
    })
  })

  it('gives back no manifest whose bytes were damaged, and mends it when it is pushed again', async () => {
    const registry = openTestRegistry()
    const image = tinyImage({ layers: ['x'] })
    await registry.push('team/app', image, '1.0')
    const path = `docker/registry/v2/blobs/sha256/${hex(image).slice(0, 2)}/${hex(image)}/data`
    await registry.storage.write(path, tinyImage({ layers: ['y'] }).bytes)
    expect(await registry.manifests.readManifest(app, tagName('1.0'))).toBeNull()
    await registry.push('team/app', image, '1.0')
    expect((await registry.manifests.readManifest(app, tagName('1.0')))?.bytes).toEqual(image.bytes)
  })

  it('tags only what the repository has', async () => {
    const registry = openTestRegistry()
    const image = tinyImage({ layers: ['x'] })
    await registry.push('other', image, '1.0')
    expect(await registry.manifests.tagManifest(app, tagName('2.0'), image.digest)).toMatchObject({
      refusal: { code: 'MANIFEST_UNKNOWN' },
    })
    await registry.push('team/app', image, '1.0')
    await registry.manifests.tagManifest(app, tagName('2.0'), image.digest)
    expect(await registry.pulls('team/app', '2.0')).toBe(true)
  })
})

describe('blobs', () => {
  it('can be read only where they are linked', async () => {
    const registry = openTestRegistry()
    const layer = contentOf('layer')
    const other = repositoryName('other')
    await registry.pushBlob('team/app', layer)
    expect((await registry.blobs.head(app, layer.digest))?.sizeBytes).toBe(5)
    expect(await registry.blobs.head(other, layer.digest)).toBeNull()
    expect(await registry.blobs.mount(other, repositoryName('nowhere'), layer.digest)).toBe(false)
    expect(await registry.blobs.mount(other, app, layer.digest)).toBe(true)
    expect(await registry.unlinkBlob(app, layer.digest)).toMatchObject({ ok: true })
    expect(await registry.unlinkBlob(app, layer.digest)).toMatchObject({
      refusal: { code: 'NO_SUCH_BLOB' },
    })
    expect(await registry.blobs.head(app, layer.digest)).toBeNull()
    expect((await registry.blobs.head(other, layer.digest))?.sizeBytes).toBe(5)
  })
})
