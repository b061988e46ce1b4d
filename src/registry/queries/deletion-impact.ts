import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import {
  exclusiveBytes,
  exclusiveBytesOf,
  referenceCountsOf,
  isExclusive,
  totalBytes,
} from '#graph/algorithms/exclusive-bytes.ts'
import { unitOfImages } from '#graph/algorithms/image-unit.ts'
import { reachableFrom, type ManifestRole } from '#graph/algorithms/reachability.ts'
import { wholeRepository } from '#graph/algorithms/whole-repository.ts'
import type { BlobNode } from '#graph/live/blob-table.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { contentsDigest } from '../repositories/contents-digest.ts'
import { toLayerUse, viewsOf, type Graphs } from './layer-use.ts'
import { createLargest } from './largest.ts'
import { visitUses, type FoundUse } from '#graph/algorithms/needed-by.ts'
import { isDigestReference, parseReference } from '../manifests/tag-or-digest.ts'
import type { DeletionImpact, ImpactBytes, RepositoryImpact } from './repository-queries.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'

const maximumUses = 100

const nothing: DeletionImpact = {
  manifests: [],
  tags: [],
  kept: [],
  exclusiveBytes: 0,
  ofOneImageBytes: 0,
  sharedBytes: 0,
  sharedWith: [],
  sharedWithCount: 0,
}

interface Asked {
  /** Images for which the references cover every tag that must go. */
  readonly images: Digest[]
  readonly tags: TagName[]
  readonly kept: Digest[]
}

/** Sorts references into images to delete, and tags to delete alone. */
function resolveReferences(
  graph: RepositoryGraph,
  references: readonly string[],
  whole: boolean,
): Asked {
  const tagsOf = new Map<Digest, Set<TagName>>()
  const wholeImages = new Set<Digest>()
  for (const text of references) {
    const parsed = parseReference(text)
    if (!parsed.ok) continue
    const reference = parsed.value
    const byDigest = isDigestReference(reference)
    const digest = byDigest ? reference : graph.tag(reference)?.digest
    if (!digest || !graph.manifest(digest)) continue
    const tags = tagsOf.get(digest) ?? new Set()
    tagsOf.set(digest, tags)
    if (byDigest || whole) wholeImages.add(digest)
    if (!byDigest) tags.add(reference)
  }
  const asked: Asked = { images: [], tags: [], kept: [] }
  for (const [digest, tags] of tagsOf) {
    if (wholeImages.has(digest) || graph.tagsOf(digest).every((tag) => tags.has(tag))) {
      asked.images.push(digest)
    } else {
      asked.tags.push(...tags)
      asked.kept.push(digest)
    }
  }
  return asked
}

/** Leaves out images that an index outside the selection lists: only their tags would go. */
function withoutListed(graph: RepositoryGraph, asked: Asked): void {
  for (let found = true; found;) {
    const unit = unitOfImages(graph.view, asked.images.map(graph.nodeOf))
    const held = asked.images.findIndex((image) =>
      graph.parentsOf(image).some((parent) => !unit.manifests.has(parent)),
    )
    found = held >= 0
    for (const image of found ? asked.images.splice(held, 1) : []) {
      asked.kept.push(image)
      asked.tags.push(...graph.tagsOf(image))
    }
  }
}

export async function impactOf(
  graphs: ReadonlyMap<RepositoryName, RepositoryGraph>,
  repository: RepositoryName,
  request: { readonly references: readonly string[]; readonly whole: boolean },
  pause: Pause,
): Promise<DeletionImpact> {
  const graph = graphs.get(repository)
  if (!graph) {
    return nothing
  }
  const asked = resolveReferences(graph, request.references, request.whole)
  withoutListed(graph, asked)
  const { view } = graph
  const images = asked.images.map(graph.nodeOf)
  const unit = unitOfImages(view, images)
  const all = reachableFrom(view, images).keys()
  const bytes = await bytesOf(graphs, { repository, manifests: unit.manifests }, all, pause)
  const going = new Set(asked.tags)
  return {
    ...bytes,
    manifests: Array.from(unit.manifests, ([{ digest }, role]) => ({ digest, role })),
    tags: [...unit.tags, ...asked.tags],
    kept: asked.kept.map((digest) => ({
      digest,
      tags: graph.tagsOf(digest).filter((tag) => !going.has(tag)),
    })),
    ofOneImageBytes: images.reduce((sum, image) => sum + exclusiveBytesOf(view, image), 0),
  }
}

/** What the deletion of a whole repository would do. */
export async function impactOfRepository(
  graphs: Graphs,
  repository: RepositoryName,
  deps: { readonly pause: Pause; readonly createDigester: CreateDigester },
): Promise<RepositoryImpact | null> {
  const graph = graphs.get(repository)
  if (!graph) return null
  const manifests = wholeRepository(graph.view)
  const tags = [...graph.tags.keys()]
  const unreadable = [...graph.unreadable]
  const contents = await contentsDigest(deps, graph)
  const unit = { repository, manifests }
  const bytes = await bytesOf(graphs, unit, manifests.keys(), deps.pause)
  return { ...bytes, roles: [...manifests.values()], tags, unreadable, contents }
}

interface UnitIn {
  readonly repository: RepositoryName
  readonly manifests: ReadonlyMap<BlobNode, ManifestRole>
}

/** @param all what the images hold, also what stays */
async function bytesOf(
  graphs: Graphs,
  unit: UnitIn,
  all: Iterable<BlobNode>,
  pause: Pause,
): Promise<ImpactBytes> {
  const view = graphs.get(unit.repository)?.view
  if (view === undefined) return nothing
  const counts = referenceCountsOf(view, unit.manifests.keys())
  const held = referenceCountsOf(view, all)
  const shared = new Set([...held.keys()].filter((node) => !isExclusive(view, node, counts)))
  const largest = createLargest<FoundUse<BlobNode>>(maximumUses, ({ used }) =>
    totalBytes(view, used),
  )
  await visitUses(viewsOf(graphs), shared, unit, largest.add, pause)
  return {
    exclusiveBytes: exclusiveBytes(view, counts),
    sharedBytes: totalBytes(view, shared),
    sharedWith: largest
      .items()
      .map((use) => ({ ...toLayerUse(graphs, use), sizeBytes: totalBytes(view, use.used) })),
    sharedWithCount: largest.seen(),
  }
}
