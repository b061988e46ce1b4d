import type { Digest } from '#domain/values/digest.ts'
import type { Descriptor } from '#domain/manifest/manifest.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { readManifests, type ManifestBytesReadResult } from '../manifests/manifest-reading.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import type { ObjectReader } from '#storage/object-store.ts'

/** How many manifests are read at once: enough to hide latency, too few to take much memory. */
const readAtOnce = 64

function descriptorOf(reading: ManifestBytesReadResult, digest: Digest): Descriptor | null {
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
  objects: Pick<ObjectReader, 'getMany'>,
  graph: RepositoryGraph,
  subject: Digest,
): Promise<readonly Descriptor[]> {
  const digests = graph
    .attachedTo(subject)
    .map(({ digest }) => digest)
    .toSorted()
  const descriptors: Descriptor[] = []
  for (const slice of inSlices(digests, readAtOnce)) {
    const readings = await readManifests(objects, slice)
    for (const [position, reading] of readings.entries()) {
      const descriptor = slice[position] && descriptorOf(reading, slice[position])
      if (descriptor) descriptors.push(descriptor)
    }
  }
  return descriptors
}
