import type { Digest } from '#domain/values/digest.ts'
import type { Descriptor } from '#domain/manifest/manifest.ts'
import { mapInBatches } from '../in-batches.ts'
import { readManifest } from '../manifests/manifest-reading.ts'
import type { RepositoryGraph } from '../queries/graph/repository-graph.ts'
import type { Storage } from '#storage/storage.ts'

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

/**
 * The manifests that name `subject`, in digest order. Manifests in a fallback index of older
 * clients name it too (OCI distribution spec 1.1, "Referrers Tag Schema").
 */
export async function referrersOf(
  storage: Storage,
  graph: RepositoryGraph,
  subject: Digest,
): Promise<readonly Descriptor[]> {
  const digests = graph.attachedTo(subject).toSorted()
  const descriptors = await mapInBatches(digests, (digest) => descriptorOf(storage, digest))
  return descriptors.filter((descriptor) => descriptor !== null)
}
