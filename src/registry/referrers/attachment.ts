import type { Digest } from '#domain/values/digest.ts'
import { mediaTypes } from '#domain/values/media-type.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { isCosignTag } from './cosign.ts'
import { fallbackTagsOf, subjectOfTag } from './fallback-tag.ts'
import type { ManifestNode, RepositoryGraph } from '../queries/graph/repository-graph.ts'

/*
 * Where a registry lists no referrers, clients attach things by tags. But a tag may have any name: it
 * attaches only what is made to be attached, be that by its own subject or by what it is made of.
 */

/** A list of referrers as older clients keep it: all in it that is here is attached to the subject. */
function isReferrersList(graph: RepositoryGraph, list: ManifestNode, subject: Digest): boolean {
  if (list.kind !== 'index' || list.mediaType !== mediaTypes.ociIndex) return false
  if (list.references.length === 0) return true
  const here = list.references.flatMap(({ digest }) => graph.manifest(digest) ?? [])
  return here.length > 0 && here.every(({ subjects }) => subjects.includes(subject))
}

/** The subject that a tag attaches its manifest to; null for an ordinary tag of any name. */
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
