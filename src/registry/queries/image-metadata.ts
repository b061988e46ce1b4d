import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import { platformOfConfiguration } from '#domain/values/platform.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { configurationFields } from './image-configuration.ts'
import { createRememberedConfigurations } from './remembered-configurations.ts'
import type { ImageMetadata } from './repository-queries.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import type { ObjectReader } from '#storage/object-store.ts'

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
  /** Of images of the graph, by their digests. */
  origins(
    repository: RepositoryName,
    graph: RepositoryGraph,
    digests: readonly Digest[],
  ): Promise<ReadonlyMap<Digest, ImageMetadata>>
}

/** The configuration that describes an image; for an index, that of its first platform. */
function configOf(graph: RepositoryGraph, digest: Digest): Digest | null {
  const node = graph.manifest(digest)
  if (node?.kind !== 'index') return node?.config ?? null
  const first = node.references
    .map((reference) => graph.manifest(reference.digest))
    .find((child) => child?.kind === 'image')
  return first?.config ?? null
}

export function createImageMetadataReader(
  objects: Pick<ObjectReader, 'getMany' | 'headMany'>,
  pause: Pause,
): ImageMetadataReader {
  const readOrigins = createRememberedConfigurations({
    objects,
    pause,
    parse: originIn,
    weightOf: () => 1,
    maximumWeight: maximumRemembered,
  })

  return {
    async origins(repository, graph, digests) {
      const configs = new Map(digests.map((digest) => [digest, configOf(graph, digest)]))
      const named = new Set([...configs.values()].filter((config) => config !== null))
      const read = await readOrigins(repository, [...named])
      return new Map(
        Array.from(configs, ([digest, config]) => {
          const origin = (config && read.get(config)) ?? unknown
          const isIndex = graph.manifest(digest)?.kind === 'index'
          return [digest, isIndex ? { ...origin, platform: null } : origin]
        }),
      )
    },
  }
}
