import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { digestAlgorithms, type Digest } from '#domain/values/digest.ts'
import { referrersTagOf } from '#graph/fallback-tag.ts'
import { clock, collect } from '#testing/builders/hostile-registry.ts'
import { bySha512, tinyImage, tinyIndex, type TinyManifest } from '#testing/builders/tiny-image.ts'
import {
  openTestRegistry,
  repositoryName,
  tagName,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const

describe.each(digestAlgorithms)('what clients attach by tags to an image by %s', (algorithm) => {
  const by = (manifest: TinyManifest) => (algorithm === 'sha512' ? bySha512(manifest) : manifest)
  const image = by(tinyImage({ layers: ['base', 'one'] }))
  const other = by(tinyImage({ layers: ['base', 'two'] }))
  const sbom = by(tinyImage({ layers: ['sbom'], subject: image, artifactType: 'text/sbom' }))
  const list = by(tinyIndex({ one: sbom }))
  const signature = by(
    tinyImage({
      layers: ['signature'],
      layerMediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
    }),
  )
  const listTag = referrersTagOf(image.digest)
  const signatureTag = `${listTag}.sig`

  async function attached(): Promise<TestRegistry> {
    const registry = openTestRegistry({ storage: createMemoryFileTree({ clock }), clock })
    const push = async (manifest: TinyManifest, ...tags: readonly string[]) => {
      for (const blob of manifest.blobs) await registry.pushBlob('team/app', blob)
      const body = { bytes: manifest.bytes, tags: tags.map(tagName) }
      const put = await registry.manifests.putManifest(app, manifest.digest, body)
      expect(put).toMatchObject({ ok: true })
    }
    await push(image, '1.0')
    await push(other, '2.0')
    await push(sbom)
    await push(list, listTag)
    await push(signature, signatureTag)
    return registry
  }

  const digestsOf = (found: readonly { readonly digest: Digest }[] | null) =>
    found?.map(({ digest }) => digest).toSorted()
  const tagsOf = async (registry: TestRegistry) =>
    (await registry.queries.tags(app))?.map(({ name }) => name)

  it('is no image of its own, and is shown with its image', async () => {
    const registry = await attached()
    const both = [image.digest, other.digest].toSorted()
    expect(digestsOf(await registry.queries.images(app))).toEqual(both)
    const shown = async () => {
      const tags = (await registry.queries.tags(app)) ?? []
      return digestsOf(tags.find(({ name }) => name === '1.0')?.image?.attached ?? null)
    }
    const all = [sbom.digest, list.digest, signature.digest].toSorted()
    expect(await shown()).toEqual(all)

    // A list that is updated, not made again, shows the same.
    await registry.softDelete('team/app', signatureTag)
    expect(await shown()).toEqual([sbom.digest, list.digest].toSorted())
    expect(digestsOf(await registry.queries.images(app))).toEqual(both)
  })

  it('goes with its image, comes back with it, and is collected with it', async () => {
    const registry = await attached()
    const id = await registry.trashed('team/app', image.digest)
    expect(await tagsOf(registry)).toEqual(['2.0'])
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await tagsOf(registry)).toEqual(['1.0', '2.0', listTag, signatureTag])
    await collect(registry, true)
    for (const tag of ['1.0', listTag, signatureTag]) {
      expect(await registry.pulls('team/app', tag)).toBe(true)
    }

    await registry.trashed('team/app', image.digest)
    await collect(registry, true)
    expect(await tagsOf(registry)).toEqual(['2.0'])
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: false })
    expect(await registry.pulls('team/app', '2.0')).toBe(true)
    expect((await registry.queries.image(app, other.digest))?.exclusiveBytes).toBeGreaterThan(0)
  })
})
