import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'

type Clusters = readonly string[]

/** What was reported to run, with the clusters that run it. */
export interface ReportedRunning {
  /** By the digest of a manifest, or of a configuration. */
  readonly digests: ReadonlyMap<string, Clusters>
  /** Known by a tag alone: whatever the tag shows. */
  readonly tags: ReadonlyMap<RepositoryName, ReadonlyMap<TagName, Clusters>>
}

/** What was reported last, however long ago; null: nothing has been. */
export type FindReported = () => Promise<ReportedRunning | null>

export const nothingIsReported: FindReported = async () => null

type Running = Map<Digest, Set<string>>

function add(running: Running, digest: Digest, clusters: Iterable<string>): boolean {
  const present = running.get(digest) ?? new Set()
  const before = present.size
  for (const cluster of clusters) present.add(cluster)
  running.set(digest, present)
  return present.size > before
}

/** Adds all that these lead to, with the clusters that lead there. */
function spread(from: Running, next: (digest: Digest) => Iterable<Digest>): Running {
  const running: Running = new Map()
  for (const [digest, clusters] of from) add(running, digest, clusters)
  const waiting = [...running.keys()]
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    const clusters = running.get(digest) ?? []
    for (const other of next(digest)) {
      if (other !== digest && add(running, other, clusters)) waiting.push(other)
    }
  }
  return running
}

/**
 * The manifests of a repository that run, and those without which they could not be pulled again as
 * they were: the indexes that list them, their platforms, and what is attached to any of these.
 */
export function runningImages(
  graph: RepositoryGraph,
  repository: RepositoryName,
  reported: ReportedRunning,
): ReadonlyMap<Digest, Clusters> {
  const own: Running = new Map()
  for (const { digest, config } of graph.manifests.values()) {
    const byDigest = reported.digests.get(digest)
    if (byDigest !== undefined) add(own, digest, byDigest)
    const byConfig = config === null ? undefined : reported.digests.get(config)
    if (byConfig !== undefined) add(own, digest, byConfig)
  }
  for (const [tag, clusters] of reported.tags.get(repository) ?? []) {
    const digest = graph.tag(tag)?.digest
    if (digest) add(own, digest, clusters)
  }
  if (own.size === 0) return new Map()
  const listing = spread(own, (digest) => graph.parentsOf(digest).map((parent) => parent.digest))
  const listed = spread(own, (digest) => {
    const node = graph.manifest(digest)
    if (node?.kind !== 'index') return []
    return node.references.flatMap((one) => (graph.manifest(one.digest) ? [one.digest] : []))
  })
  for (const [digest, clusters] of listed) add(listing, digest, clusters)
  const all = spread(listing, (digest) => {
    const node = graph.manifest(digest)
    return node === undefined ? [] : graph.view.referrersOf(node.blob).map((one) => one.digest)
  })
  return new Map(Array.from(all, ([digest, clusters]) => [digest, [...clusters].toSorted()]))
}
