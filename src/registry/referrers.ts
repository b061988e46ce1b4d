import type { Digest } from '#domain/digest.ts'
import type { Descriptor } from '#domain/manifest.ts'
import { fallbackTagsOf } from './fallback-tag.ts'
import { mapInBatches } from './in-batches.ts'
import { readManifest } from './manifest-reading.ts'
import type { RepositoryGraph } from './repository-graph.ts'
import type { Storage } from './storage.ts'

async function descriptorOf(storage: Storage, digest: Digest): Promise<Descriptor | null> {
  const reading = await readManifest(storage, digest)
  if (reading.kind !== 'manifest') return null
  const { manifest, sizeBytes } = reading
  const config = manifest.kind === 'image' ? manifest.config : null
  const artifactType = manifest.artifactType ?? config?.mediaType
  return {
    mediaType: manifest.mediaType,
    digest,
    sizeBytes,
    ...(artifactType === undefined ? {} : { artifactType }),
    annotations: manifest.annotations,
  }
}

/** Manifests that name `subject`, and those of its fallback index, each once, in digest order. */
export async function referrersOf(
  storage: Storage,
  graph: RepositoryGraph,
  subject: Digest,
): Promise<readonly Descriptor[]> {
  const digests = new Set(graph.attachedTo(subject))
  const [fallbackTag] = fallbackTagsOf(subject)
  const fallbackDigest = fallbackTag && graph.tag(fallbackTag)?.digest
  const fallback = fallbackDigest ? graph.manifest(fallbackDigest) : undefined
  if (fallback?.kind === 'index') {
    for (const { digest } of fallback.references) {
      if (graph.manifest(digest)) digests.add(digest)
    }
  }
  const descriptors = await mapInBatches([...digests].toSorted(), (digest) =>
    descriptorOf(storage, digest),
  )
  return descriptors.filter((descriptor) => descriptor !== null)
}
