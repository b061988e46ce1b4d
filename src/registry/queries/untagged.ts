import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { ManifestNode, RepositoryGraph } from '#graph/live/repository-graph.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { headObjects } from '#storage/single-object.ts'
import { revisionLink } from '../layout.ts'

const headsAtOnce = 500

/**
 * Whether only its digest still shows it: it has no tag, no index lists it, and what it was attached
 * to is not there.
 */
export const isUntagged = (graph: RepositoryGraph, { digest, subjects }: ManifestNode): boolean =>
  graph.tagsOf(digest).length === 0 &&
  graph.parentsOf(digest).length === 0 &&
  !subjects.some((subject) => graph.manifest(subject))

/** When the repository came to link these manifests; of one that it does not link, nothing. */
export async function readLinkTimes(
  { objects, pause }: { readonly objects: Pick<ObjectReader, 'headMany'>; readonly pause: Pause },
  repository: RepositoryName,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, number>> {
  const times = new Map<Digest, number>()
  for (const slice of inSlices(digests, headsAtOnce)) {
    const links = slice.map((digest) => revisionLink(repository, digest))
    const heads = await headObjects(objects, links)
    for (const [position, digest] of slice.entries()) {
      const head = heads[position]
      if (head) times.set(digest, head.modifiedAtMs)
    }
    await pause()
  }
  return times
}
