import type { Digest } from '#domain/values/digest.ts'
import type { ImageSummary, TagSummary } from '#registry/queries/repository-queries.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { ApiServices } from '../../services.ts'

/** When images of a repository were last pulled, for lists that sort or filter by it. */
export interface PullTimes {
  /** Since when every pull is known; null: none are recorded. */
  readonly sinceMs: number | null
  /** The last pull that was seen by any of these tags or digests; null: none. */
  lastOf(tags: readonly string[], digests: readonly string[]): number | null
}

/**
 * The digests by which an image is pulled: a client that pulls an index by its digest, or one of its
 * platforms, uses the image. Rules of retention see it the same way.
 */
export const pulledDigestsOf = ({
  digest,
  platformDigests,
}: Pick<ImageSummary, 'digest' | 'platformDigests'>): readonly Digest[] => [
  digest,
  ...platformDigests,
]

/** Of a tag that shows no image, the digest that it names. */
export const pulledDigestsOfTag = ({
  image,
  digest,
}: Pick<TagSummary, 'image' | 'digest'>): readonly string[] =>
  image === null ? (digest === null ? [] : [digest]) : pulledDigestsOf(image)

/** The query of a list that filters by pulls. */
export interface PullFilter {
  readonly notPulledSince?: number | undefined
  readonly neverPulled?: boolean | undefined
}

export const filtersByPulls = ({ notPulledSince, neverPulled }: PullFilter): boolean =>
  notPulledSince !== undefined || neverPulled === true

/** Reads what is known of all references of the repository: only for who asks for it. */
export async function readPullTimes(
  { pullRecorder }: Pick<ApiServices, 'pullRecorder'>,
  repository: RepositoryName,
): Promise<PullTimes> {
  const { sinceMs, lastOfTag, lastOfDigest } = await pullRecorder.recorded(repository)
  return {
    sinceMs,
    lastOf(tags, digests) {
      let last: number | null = null
      for (const digest of digests) {
        const ofDigest = lastOfDigest(digest)
        if (ofDigest !== null && (last === null || ofDigest > last)) last = ofDigest
      }
      for (const tag of tags) {
        const ofTag = lastOfTag(tag)
        if (ofTag !== null && (last === null || ofTag > last)) last = ofTag
      }
      return last
    },
  }
}

/**
 * Whether an image may be listed. As rules understand it: what may have been used since, because it
 * came only then or because pulls are not known for so long, is not one that certainly was not.
 *
 * @param pushedAtMs null: unknown
 */
export function matchesPulls(
  { notPulledSince, neverPulled }: PullFilter,
  sinceMs: number | null,
  lastPulledAtMs: number | null,
  pushedAtMs: number | null,
): boolean {
  if (neverPulled === true && lastPulledAtMs !== null) return false
  if (notPulledSince === undefined) return true
  const isKnown = sinceMs !== null && sinceMs <= notPulledSince && pushedAtMs !== null
  return isKnown && Math.max(lastPulledAtMs ?? 0, pushedAtMs) < notPulledSince
}
