import type { Digest } from '#domain/values/digest.ts'
import { mediaTypes } from '#domain/values/media-type.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { isCosignTag } from './cosign.ts'
import { fallbackTagsOf, subjectOfTag } from '../fallback-tag.ts'
import type { ManifestNode, RepositoryGraph } from './repository-graph.ts'

/*
 * Where a registry lists no referrers, clients attach artifacts by tags. But an ordinary tag may
 * have such a name too. A tag attaches a manifest only if the manifest shows it: by its own
 * subject, by the artifact's layers, or as a list of referrers.
 */

/**
 * Whether an index is a list of referrers as older clients keep it: everything in it that the
 * repository has names the subject.
 */
function isReferrersList(graph: RepositoryGraph, list: ManifestNode, subject: Digest): boolean {
  if (list.kind !== 'index' || list.mediaType !== mediaTypes.ociIndex) return false
  if (list.references.length === 0) return true
  const here = list.references.flatMap(({ digest }) => graph.manifest(digest) ?? [])
  return here.length > 0 && here.every(({ subjects }) => subjects.includes(subject))
}

/**
 * The subject to which a tag attaches its manifest; null for an ordinary tag, even with such a
 * name.
 */
export function subjectByTag(graph: RepositoryGraph, tag: TagName): Digest | null {
  const subject = subjectOfTag(tag)
  const digest = subject && graph.tag(tag)?.digest
  const artifact = digest ? graph.manifest(digest) : undefined
  if (subject === null || artifact === undefined) return null
  const { subjects, cosignType } = artifact
  const isAttached =
    subjects.includes(subject) ||
    (cosignType !== null && isCosignTag(tag, cosignType)) ||
    isReferrersList(graph, artifact, subject)
  return isAttached ? subject : null
}

/** What is attached to a manifest by tags. */
export const attachedByTags = (graph: RepositoryGraph, subject: Digest): readonly Digest[] =>
  fallbackTagsOf(subject).flatMap((tag) => {
    const digest = graph.tag(tag)?.digest
    return digest && subjectByTag(graph, tag) === subject ? [digest] : []
  })
