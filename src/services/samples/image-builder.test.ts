import { parseTarGzip } from 'nanotar'
import { describe, expect, it } from 'vitest'
import { parseManifest } from '#domain/manifest/manifest.ts'
import { textContent } from './file-content.ts'
import {
  buildArtifact,
  buildImage,
  buildIndex,
  buildLayer,
  digestOfBytes,
} from './image-builder.ts'
import { buildSampleRegistry } from './sample-registry.ts'

const layer = () => buildLayer('COPY a /a', [{ name: 'a', data: textContent('hello') }], 0)
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('building images', () => {
  it('makes layers that unpack, and that are the same each time', async () => {
    const one = await layer()
    expect((await layer()).digest).toBe(one.digest)
    const [file] = await parseTarGzip(one.bytes)
    expect(file?.name).toBe('a')
    expect(file?.text).toBe('hello')
  })

  it('makes a manifest whose descriptors match their content', async () => {
    const image = buildImage({ layers: [await layer()], createdAt: '2026-01-01T00:00:00Z' })
    const manifest = parseManifest(text(image.manifest.bytes))
    expect(manifest.ok && manifest.value.kind === 'image' && manifest.value.layers[0]).toEqual({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: image.blobs[0]?.digest,
      sizeBytes: image.blobs[0]?.bytes.byteLength,
    })
    for (const blob of image.blobs) expect(digestOfBytes(blob.bytes)).toBe(blob.digest)
  })

  it('lists each platform in an index, and the subject in an artifact', async () => {
    const image = buildImage({ layers: [await layer()], createdAt: '2026-01-01T00:00:00Z' })
    const index = parseManifest(text(buildIndex([image]).manifest.bytes))
    expect(index.ok && index.value.kind === 'index' && index.value.manifests[0]?.digest).toBe(
      image.manifest.digest,
    )
    const artifact = parseManifest(
      text(buildArtifact(image, 'application/spdx+json', {}).manifest.bytes),
    )
    expect(artifact.ok && artifact.value.subject?.digest).toBe(image.manifest.digest)
  })
})

describe('the sample registry', () => {
  it('has several repositories, shared layers, aliases, an index and attached artifacts', async () => {
    const samples = await buildSampleRegistry()
    const layerUses = new Map<string, number>()
    for (const { image } of samples) {
      for (const blob of image.blobs)
        layerUses.set(blob.digest, (layerUses.get(blob.digest) ?? 0) + 1)
    }
    expect(new Set(samples.map((sample) => sample.repository)).size).toBeGreaterThanOrEqual(4)
    expect(Math.max(...layerUses.values())).toBeGreaterThanOrEqual(5)
    expect(samples.some((sample) => sample.tags.length === 2)).toBe(true)
    expect(samples.some((sample) => sample.image.children.length === 2)).toBe(true)
    expect(samples.filter((sample) => sample.tags.length === 0)).toHaveLength(2)
  })
})
