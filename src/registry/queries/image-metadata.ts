import type { Digest } from '#domain/values/digest.ts'
import { platformOfConfiguration } from '#domain/values/platform.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import {
  configurationFields,
  maximumConfigBytes,
  openConfiguration,
} from './image-configuration.ts'
import type { ImageMetadata } from './repository-queries.ts'
import type { RepositoryGraph } from './graph/repository-graph.ts'
import { StorageError, type Storage } from '#storage/storage.ts'

const maximumRemembered = 20_000

const unknown: ImageMetadata = { createdAtMs: null, author: null, platform: null }

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

/** OCI image spec, "Image Configuration"; Docker's has the same fields. */
function originIn(json: string): ImageMetadata {
  const fields = configurationFields(json)
  if (fields === null) return unknown
  const createdAtMs = Date.parse(textOf(fields.created) ?? '')
  return {
    createdAtMs: Number.isNaN(createdAtMs) ? null : createdAtMs,
    author: textOf(fields.author),
    platform: platformOfConfiguration(fields),
  }
}

/** The metadata of images, from their configurations. Reads each configuration once. */
export interface ImageMetadataReader {
  origin(repository: RepositoryName, graph: RepositoryGraph, digest: Digest): Promise<ImageMetadata>
}

export function createImageMetadataReader(storage: Storage): ImageMetadataReader {
  const remembered = new Map<Digest, ImageMetadata>()

  async function read(repository: RepositoryName, config: Digest): Promise<ImageMetadata> {
    const known = remembered.get(config)
    if (known) return known
    const file = await openConfiguration(storage, repository, config)
    // Not remembered: it may be pushed later.
    if (file === null || file.sizeBytes > maximumConfigBytes) return unknown
    const origin = originIn(new TextDecoder().decode(await file.bytes()))
    remembered.set(config, origin)
    const [oldest] = remembered.keys()
    if (remembered.size > maximumRemembered && oldest) remembered.delete(oldest)
    return origin
  }

  return {
    async origin(repository, graph, digest) {
      let node = graph.manifest(digest)
      const indexed = node?.kind === 'index'
      // For an index: when its first platform was built.
      if (node?.kind === 'index') {
        node = node.references
          .map((reference) => graph.manifest(reference.digest))
          .find((child) => child?.kind === 'image')
      }
      if (!node?.config) return unknown
      try {
        const origin = await read(repository, node.config)
        return indexed ? { ...origin, platform: null } : origin
      } catch (error) {
        // The file was removed after it was found.
        if (error instanceof StorageError && error.code === 'NOT_FOUND') return unknown
        throw error
      }
    },
  }
}
