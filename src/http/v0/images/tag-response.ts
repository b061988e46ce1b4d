import type { Attachment, Holder, Tag, WirePlatform } from '#contract/images/tags.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Platform } from '#domain/manifest/manifest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { LayerUse } from '#registry/queries/layer-use.ts'
import type {
  ImageMetadata,
  ImageSummary,
  TagSummary,
} from '#registry/queries/repository-queries.ts'
import { knownFlaw } from '#services/garbage-collection/wholeness.ts'
import type { ApiServices } from '../../services.ts'
import type { PullView, SeenPulls } from '#services/retention/pull-recorder.ts'
import { attachmentLabel } from './attachment-label.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'
import { pulledDigestsOfTag } from './pull-times.ts'

/** BuildKit lists attestations in an index as platforms that no machine has. */
export const isReal = ({ os, architecture }: Platform): boolean =>
  !(os === 'unknown' && architecture === 'unknown')

export function toPlatformsResponse(
  image: ImageSummary,
  origin: ImageMetadata | undefined,
): WirePlatform[] {
  const platforms = image.kind === 'image' && origin?.platform ? [origin.platform] : image.platforms
  return platforms.filter(isReal).map(toPlatformResponse)
}

export const toPlatformResponse = ({ osFeatures, ...platform }: Platform): WirePlatform => ({
  ...platform,
  ...(osFeatures ? { osFeatures: [...osFeatures] } : {}),
})

export const toAttachedResponse = ({ attached }: ImageSummary): Attachment[] =>
  attached.map(({ digest, artifactType, sizeBytes }) => ({
    digest,
    artifactType: artifactType ?? '',
    label: attachmentLabel(artifactType),
    size: sizeBytes,
  }))

export const toHolderResponse = ({ repository, digest, tags }: LayerUse): Holder => ({
  repository,
  tag: tags[0] ?? null,
  digest,
})

/**
 * How many aliases a row of a list names: with thousands of tags on one image, a page of rows that
 * name each other would have millions.
 */
export const listedAliases = 20

/** These tags as rows: asks only for what the rows of one page need. */
export async function toTagsResponse(
  { registry: { queries }, state, wholeness, pullRecorder, findProtection }: ApiServices,
  repository: RepositoryName,
  tags: readonly TagSummary[],
  maximumAliases = Infinity,
): Promise<Tag[]> {
  const digests = [...new Set<Digest>(tags.flatMap(({ image }) => (image ? [image.digest] : [])))]
  const names = tags.map(({ name }) => name)
  const shown = [...new Set<Digest>(tags.flatMap(({ digest }) => digest ?? []))]
  const [found, flaws, exclusive, origins, pushes, pulls, protectionOf] = await Promise.all([
    wholeness.found(),
    queries.flaws(repository, shown),
    queries.exclusiveBytes(repository, digests),
    queries.origins(repository, digests),
    state.pushes.latest(repository, names),
    pullRecorder.seen(repository, [...names, ...new Set(tags.flatMap(pulledDigestsOfTag))]),
    findProtection(repository),
  ])
  const pushOf = new Map(pushes.map((push) => [push.tag, push]))
  return tags.map((tag) => {
    const { name, digest, image, updatedAtMs } = tag
    const push = pushOf.get(name)
    const base = {
      name,
      // Other software may have moved the tag since that push.
      author: push !== undefined && push.digest === digest ? push.actor : null,
      updatedAt: toInstant(updatedAtMs),
      ...toPullsResponse(pulls, [name, ...pulledDigestsOfTag(tag)]),
      protectedBy: protectionOf?.(name) ?? null,
    }
    if (image === null) return { ...base, ...brokenImage(digest, flaws) }
    const origin = origins.get(image.digest)
    return {
      ...base,
      digest: image.digest,
      mediaType: image.mediaType,
      size: image.sizeBytes,
      exclusiveSize: exclusive.get(image.digest) ?? 0,
      freedSize: image.tags.length > 1 ? 0 : (exclusive.get(image.digest) ?? 0),
      platforms: toPlatformsResponse(image, origin),
      // One more, because one of them may be the tag itself.
      aliases: image.tags
        .slice(0, maximumAliases + 1)
        .filter((other) => other !== name)
        .slice(0, maximumAliases),
      aliasCount: image.tags.length - 1,
      attached: toAttachedResponse(image),
      createdAt: toInstantOrNull(origin?.createdAtMs ?? null),
      broken: flaws.get(image.digest) ?? knownFlaw(found, repository, tag),
    }
  })
}

/**
 * The pulls of an image by any of its names. What was pulled by its digest was the image of the tag,
 * whatever it was named by.
 */
export function toPullsResponse({ of }: Pick<SeenPulls, 'of'>, references: readonly string[]) {
  let last: PullView | null = null
  let pulls30d = 0
  for (const reference of references) {
    const seen = of.get(reference)
    if (seen === undefined) continue
    if (last === null || seen.lastAtMs > last.lastAtMs) last = seen
    // A pull by the tag counts for the digest too.
    pulls30d = Math.max(pulls30d, seen.pulls)
  }
  return {
    lastPulledAt: toInstantOrNull(last?.lastAtMs ?? null),
    lastPulledBy: last?.lastBy ?? null,
    pulls30d,
  }
}

/** A tag that cannot be pulled is listed nevertheless, so that a person can delete it. */
const brokenImage = (digest: Digest | null, flaws: ReadonlyMap<Digest, string>) => ({
  digest: digest ?? '',
  mediaType: '',
  size: 0,
  exclusiveSize: 0,
  freedSize: 0,
  platforms: [],
  aliases: [],
  aliasCount: 0,
  attached: [],
  createdAt: null,
  broken:
    digest === null
      ? 'storage does not say what the tag points at'
      : (flaws.get(digest) ?? 'the manifest that the tag points at is missing or cannot be read'),
})
