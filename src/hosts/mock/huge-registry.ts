import type { SnapshotFile } from '#adapters/memory/memory-file-tree.ts'
import type { Digest } from '#domain/values/digest.ts'
import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import { blobFile, layerLink, revisionLink, tagLink } from '#registry/layout.ts'
import type { Bytes } from '#storage/bytes.ts'
import { binaryContent, textContent } from '#services/samples/file-content.ts'
import {
  buildImage,
  digestOfBytes,
  type Content,
  type Layer,
} from '#services/samples/image-builder.ts'
import { parsed } from './parsed.ts'

export interface HugeRegistryOptions {
  readonly repository: string
  readonly tagCount: number
  /** Several tags show the same image, as in a repository where every build gets a tag. */
  readonly imageCount: number
  readonly newestAtMs: number
}

const layersInCommon = 6
const layerBytes = 2048
const minuteMs = 60_000

const linkTo = (digest: Digest): Bytes => textContent(digest)

/** Random bytes serve as layers: they are never unpacked, and there are thousands. */
function plainLayer(seed: number): Layer {
  const bytes = binaryContent(seed, layerBytes)
  const digest = digestOfBytes(bytes)
  const mediaType = 'application/vnd.oci.image.layer.v1.tar'
  return { bytes, digest, diffID: digest, mediaType, createdBy: `layer ${seed}` }
}

/**
 * The files of a repository with very many tags, as a storage holds them. Written directly, because
 * a hundred thousand pushes would take minutes; a test checks that a push would write the same.
 */
export function* layOutHugeRepository(
  options: HugeRegistryOptions,
): Generator<readonly [path: string, file: SnapshotFile & { readonly bytes: Bytes }]> {
  const repository: RepositoryName = parsed(parseRepositoryName(options.repository))
  const common = Array.from({ length: layersInCommon }, (_, seed) => plainLayer(seed))
  const file = (bytes: Bytes, ageMs: number) => ({
    bytes,
    modifiedAtMs: options.newestAtMs - ageMs,
  })

  const manifests: { readonly digest: Digest; readonly link: Bytes }[] = []
  const written = new Set<Digest>()
  for (let image = 0; image < options.imageCount; image += 1) {
    const ageMs = image * minuteMs
    const built = buildImage({
      layers: [...common.slice(0, 1 + (image % layersInCommon)), plainLayer(1000 + image)],
      createdAt: new Date(options.newestAtMs - ageMs).toISOString(),
      author: 'ci',
    })
    for (const blob of built.blobs) {
      if (written.has(blob.digest)) continue
      written.add(blob.digest)
      yield [blobFile(blob.digest), file(blob.bytes, ageMs)]
      yield [layerLink(repository, blob.digest), file(linkTo(blob.digest), ageMs)]
    }
    const { digest, bytes }: Content = built.manifest
    const link = linkTo(digest)
    manifests.push({ digest, link })
    yield [blobFile(digest), file(bytes, ageMs)]
    yield [revisionLink(repository, digest), file(link, ageMs)]
  }
  for (let number = 0; number < options.tagCount; number += 1) {
    const manifest = manifests[number % manifests.length]
    if (manifest === undefined) return
    const tag: TagName = parsed(parseTagName(`build-${String(number).padStart(6, '0')}`))
    yield [tagLink(repository, tag), file(manifest.link, number * 1000)]
  }
}
