import { isDigest, type Digest } from '#domain/values/digest.ts'
import { mediaTypes } from '#domain/values/media-type.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { isCosignTag } from './cosign.ts'
import { fallbackTagsOf, subjectStartOf } from '../fallback-tag.ts'
import type { BlobNode } from './blob-table.ts'
import type { ManifestNode, RepositoryGraph } from './repository-graph.ts'

/*
 * Where a registry lists no referrers, clients attach artifacts by tags. But an ordinary tag may
 * have such a name too. A tag attaches a manifest only if the manifest shows it: by its own
 * subject, by the artifact's layers, or as a list of referrers.
 */

/**
 * The subjects that the manifests in a list of referrers name, as older clients keep one:
 * everything in it that the repository has names a subject that begins so. Null for other
 * manifests.
 */
function subjectsInList(
  graph: RepositoryGraph,
  list: ManifestNode,
  start: string,
): readonly Digest[] | null {
  if (list.kind !== 'index' || list.mediaType !== mediaTypes.ociIndex) return null
  if (list.references.length === 0) return []
  const here = list.references.flatMap(({ digest }) => graph.manifest(digest) ?? [])
  const named = here.map(({ subjects }) => subjects.filter((each) => each.startsWith(start)))
  return here.length > 0 && named.every(({ length }) => length > 0) ? named.flat() : null
}

/**
 * The subjects to which a tag may attach its manifest; null for an ordinary tag, even with such a
 * name. None of them need be here. There are several only where a tag names no digest in full, and
 * none where it names one so that nothing here says in full.
 */
export function subjectsByTag(graph: RepositoryGraph, tag: TagName): readonly Digest[] | null {
  const start = subjectStartOf(tag)
  const digest = start === null ? null : graph.tag(tag)?.digest
  const artifact = digest ? graph.manifest(digest) : undefined
  if (start === null || artifact === undefined) return null
  const own = artifact.subjects.filter((subject) => subject.startsWith(start))
  const isOfCosign = artifact.cosignType !== null && isCosignTag(tag, artifact.cosignType)
  const listed = subjectsInList(graph, artifact, start)
  if (own.length === 0 && !isOfCosign && listed === null) return null
  if (isDigest(start)) return [start]
  return [...new Set([...own, ...(listed ?? []), ...graph.manifestsStarting(start)])]
}

/** What is attached to a manifest by tags. */
export const attachedByTags = (graph: RepositoryGraph, subject: Digest): readonly BlobNode[] =>
  fallbackTagsOf(subject).flatMap((tag) => {
    const digest = graph.tag(tag)?.digest
    const artifact = digest ? graph.manifest(digest) : undefined
    return artifact && subjectsByTag(graph, tag)?.includes(subject) ? [artifact.blob] : []
  })
