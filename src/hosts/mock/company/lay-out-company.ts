import type { MadeBytes } from '#adapters/memory/made-bytes.ts'
import type { SnapshotFile } from '#adapters/memory/memory-file-tree.ts'
import type { Digest } from '#domain/values/digest.ts'
import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import {
  blobFile,
  layerLink,
  revisionLink,
  tagHistoryLink,
  tagLink,
  uploadData,
  uploadStartedAt,
} from '#registry/layout.ts'
import { parseStoredId } from '#registry/stored-id.ts'
import { textContent } from '#services/samples/file-content.ts'
import type { BuiltManifest } from '#services/samples/image-builder.ts'
import { startedAtBytes } from '#storage/upload-files.ts'
import { parsed } from '../parsed.ts'
import type { Company } from './build-company.ts'
import { dayMs } from './calendar.ts'
import type { Stored } from './made-layers.ts'

type LaidOut = readonly [path: string, file: SnapshotFile]

/** Every blob of an image and of its platforms, and the links that make them the repository's. */
function* layOutImage(
  repository: RepositoryName,
  { manifest, blobs, children }: BuiltManifest<Stored>,
  modifiedAtMs: number,
): Generator<LaidOut> {
  const linkTo = (digest: Digest): SnapshotFile => ({ bytes: textContent(digest), modifiedAtMs })
  for (const { digest, bytes } of blobs) {
    yield [blobFile(digest), { bytes, modifiedAtMs }]
    yield [layerLink(repository, digest), linkTo(digest)]
  }
  for (const child of children) yield* layOutImage(repository, child, modifiedAtMs)
  yield [blobFile(manifest.digest), { bytes: manifest.bytes, modifiedAtMs }]
  yield [revisionLink(repository, manifest.digest), linkTo(manifest.digest)]
}

/** An upload that a client began ten days ago, and never ended. */
function* layOutUpload(nowMs: number): Generator<LaidOut> {
  const repository = parsed(parseRepositoryName('data/exporter'))
  const id = parsed(parseStoredId('5d0f3c52-8a44-4f0f-9d3c-0b6c2f1e7a91'))
  const modifiedAtMs = nowMs - 10 * dayMs
  yield [uploadStartedAt(repository, id), { bytes: startedAtBytes(modifiedAtMs), modifiedAtMs }]
  const bytes: MadeBytes = { seed: 1, byteLength: 88_080_384 }
  yield [uploadData(repository, id), { bytes, modifiedAtMs }]
}

/**
 * The files of a company's registry, as a storage holds them. Written directly, because its layers
 * exist only while they are read.
 */
export function* layOutCompany({ images, orphans }: Company, nowMs: number): Generator<LaidOut> {
  const written = new Set<string>()
  // What a later push shares with an earlier one stays as the earlier one wrote it.
  for (const pushed of images.toSorted((one, other) => one.atMs - other.atMs)) {
    const repository = parsed(parseRepositoryName(pushed.repository))
    const { digest } = pushed.image.manifest
    const link = { bytes: textContent(digest), modifiedAtMs: pushed.atMs }
    for (const file of layOutImage(repository, pushed.image, pushed.atMs)) {
      if (written.has(file[0])) continue
      written.add(file[0])
      yield file
    }
    const tags = pushed.tags.map((tag): TagName => parsed(parseTagName(tag)))
    const earlier = pushed.earlierTags.map((tag): TagName => parsed(parseTagName(tag)))
    for (const tag of tags) yield [tagLink(repository, tag), link]
    for (const tag of [...tags, ...earlier]) yield [tagHistoryLink(repository, tag, digest), link]
  }
  for (const { repository, layer, atMs } of orphans) {
    const name = parsed(parseRepositoryName(repository))
    yield [blobFile(layer.digest), { bytes: layer.bytes, modifiedAtMs: atMs }]
    const bytes = textContent(layer.digest)
    yield [layerLink(name, layer.digest), { bytes, modifiedAtMs: atMs }]
  }
  yield* layOutUpload(nowMs)
}
