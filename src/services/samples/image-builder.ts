import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { createTar } from 'nanotar'
import { digestOf, type Digest } from '#domain/values/digest.ts'
import { mediaTypes } from '#domain/values/media-type.ts'
import type { Platform } from '#domain/manifest/manifest.ts'
import { textContent } from './file-content.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Bytes, or what stands for them: nothing is built of their content, only of their number. */
interface Sized {
  readonly byteLength: number
}

/** Content with the digest that follows from it. */
export interface Content<B extends Sized = Bytes> {
  readonly bytes: B
  readonly digest: Digest
  readonly mediaType: string
}

export interface Layer<B extends Sized = Bytes> extends Content<B> {
  /** The digest of the layer before compression, which a configuration lists. */
  readonly diffID: Digest
  /** How the layer was made, for the configuration's history. */
  readonly createdBy: string
}

/** A manifest with all that it needs: what a push sends, in this order. */
export interface BuiltManifest<B extends Sized = Bytes> {
  readonly manifest: Content
  readonly blobs: readonly Content<B>[]
  /** Manifests that must exist first: the platforms of an index. */
  readonly children: readonly BuiltManifest<B>[]
  readonly platform: Platform | null
}

export const digestOfBytes = (bytes: Uint8Array): Digest =>
  digestOf('sha256', bytesToHex(sha256(bytes)))

const json = (value: unknown): Bytes => textContent(JSON.stringify(value))

const descriptorOf = (content: Content<Sized>): Record<string, unknown> => ({
  mediaType: content.mediaType,
  digest: content.digest,
  size: content.bytes.byteLength,
})

async function gzip(bytes: Bytes): Promise<Bytes> {
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(compressed).arrayBuffer())
}

/** A layer: a compressed tar of files. The same files and instant give the same digest. */
export async function buildLayer(
  createdBy: string,
  files: readonly { readonly name: string; readonly data: Bytes; readonly mode?: string }[],
  modifiedAtMs: number,
): Promise<Layer> {
  const tar = createTar(
    files.map(({ name, data, mode }) => ({
      name,
      data,
      attrs: { uid: 0, gid: 0, mtime: modifiedAtMs, mode: mode ?? '644' },
    })),
  )
  const uncompressed = new Uint8Array(tar)
  const bytes = await gzip(uncompressed)
  return {
    bytes,
    digest: digestOfBytes(bytes),
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    diffID: digestOfBytes(uncompressed),
    createdBy,
  }
}

export interface ImageOptions<B extends Sized = Bytes> {
  readonly layers: readonly Layer<B>[]
  readonly createdAt: string
  readonly author?: string
  readonly platform?: Platform
  readonly command?: readonly string[]
}

/** An OCI image: configuration, layers and the manifest that lists them. */
export function buildImage<B extends Sized = Bytes>(
  options: ImageOptions<B>,
): BuiltManifest<B | Bytes> {
  const platform = options.platform ?? { os: 'linux', architecture: 'amd64' }
  const configBytes = json({
    created: options.createdAt,
    ...(options.author ? { author: options.author } : {}),
    ...platform,
    config: { Cmd: options.command ?? ['/bin/sh'], Env: ['PATH=/usr/bin:/bin'] },
    rootfs: { type: 'layers', diff_ids: options.layers.map((layer) => layer.diffID) },
    history: options.layers.map((layer) => ({
      created: options.createdAt,
      created_by: layer.createdBy,
    })),
  })
  const config: Content = {
    bytes: configBytes,
    digest: digestOfBytes(configBytes),
    mediaType: 'application/vnd.oci.image.config.v1+json',
  }
  return manifestOf<B | Bytes>(
    mediaTypes.ociImage,
    { config: descriptorOf(config), layers: options.layers.map(descriptorOf) },
    { blobs: [...options.layers, config], platform },
  )
}

/** An index over images, one for each platform. */
export const buildIndex = <B extends Sized = Bytes>(
  images: readonly BuiltManifest<B>[],
): BuiltManifest<B> =>
  manifestOf(
    mediaTypes.ociIndex,
    {
      manifests: images.map((image) => ({
        ...descriptorOf(image.manifest),
        platform: image.platform ?? { os: 'unknown', architecture: 'unknown' },
      })),
    },
    { children: images },
  )

/** An artifact attached to an image: a signature, an SBOM (OCI image spec 1.1, `subject`). */
export function buildArtifact(
  subject: Pick<BuiltManifest, 'manifest'>,
  artifactType: string,
  payload: unknown,
): BuiltManifest {
  const emptyBytes = textContent('{}')
  const empty: Content = {
    bytes: emptyBytes,
    digest: digestOfBytes(emptyBytes),
    mediaType: 'application/vnd.oci.empty.v1+json',
  }
  const payloadBytes = json(payload)
  const blob: Content = {
    bytes: payloadBytes,
    digest: digestOfBytes(payloadBytes),
    mediaType: artifactType,
  }
  return manifestOf(
    mediaTypes.ociImage,
    {
      artifactType,
      config: descriptorOf(empty),
      layers: [descriptorOf(blob)],
      subject: descriptorOf(subject.manifest),
    },
    { blobs: [empty, blob] },
  )
}

function manifestOf<B extends Sized>(
  mediaType: string,
  fields: Record<string, unknown>,
  parts: Partial<Pick<BuiltManifest<B>, 'blobs' | 'children' | 'platform'>>,
): BuiltManifest<B> {
  const bytes = json({ schemaVersion: 2, mediaType, ...fields })
  return {
    manifest: { bytes, digest: digestOfBytes(bytes), mediaType },
    blobs: parts.blobs ?? [],
    children: parts.children ?? [],
    platform: parts.platform ?? null,
  }
}
