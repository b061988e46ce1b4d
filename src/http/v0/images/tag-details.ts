import type { ImagePart as WirePart, Layer, Tag, TagDetails } from '#contract/images/tags.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { isDigestReference, type Reference } from '#registry/manifests/tag-or-digest.ts'
import type {
  ImageDetails,
  ImagePart,
  LayerDetails,
  TagSummary,
} from '#registry/queries/repository-queries.ts'
import { noSuchRepository } from '../../middleware/access.ts'
import { knownFlaw } from '#services/garbage-collection/wholeness.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'
import { noSuchReference, readReference } from '../read-reference.ts'
import type { RepositoryAnswer } from '../repositories/repository-answer.ts'
import { viewerOf, type Viewer } from '../accounts/viewer.ts'
import { readTagVerdicts, toVerdictResponse, toVerdictsResponse } from './tag-verdicts.ts'
import {
  isReal,
  toAttachedResponse,
  toHolderResponse,
  toPlatformResponse,
  toPlatformsResponse,
  toPullsResponse,
  toTagsResponse,
} from './tag-response.ts'
import { pulledDigestsOf } from './pull-times.ts'

/** How many holders of a shared layer the answer names. */
const namedHolders = 10

export const getTag: RepositoryAnswer = async (context, services, path) => {
  const viewer = viewerOf(context)
  const reference = readReference(path.reference)
  const { queries } = services.registry
  const tags = await queries.tags(path.repository)
  if (tags === null) throw noSuchRepository(path.repository)
  const found = await findImage(services, path.repository, reference, tags)
  if (found === null) throw noSuchReference(reference)
  const { row, image, tag } = found
  const judged = tag && (await readTagVerdicts(services, path.repository, tags, false))
  const body: TagDetails = {
    ...row,
    retention: tag && toVerdictResponse(judged, tag.name),
    verdicts: await toVerdictsResponse(services, judged),
    pullsSince: toInstantOrNull((await services.pullRecorder.seen(path.repository, [])).sinceMs),
    parts: image?.parts.map(toPartResponse) ?? [],
    absentPlatforms: image?.absentPlatforms ?? 0,
    layers: image?.layers.map((layer) => toLayerResponse(layer, viewer)) ?? [],
    history: tag === null ? [] : await tagHistory(services, path.repository, tag),
  }
  return context.json(body)
}

interface FoundImage {
  readonly row: Tag
  readonly image: ImageDetails | null
  /** Null for an image that was requested by digest and has no tag. */
  readonly tag: TagSummary | null
}

/** By digest, the image's first tag represents it. */
async function findImage(
  services: ApiServices,
  repository: RepositoryName,
  reference: Reference,
  tags: readonly TagSummary[],
): Promise<FoundImage | null> {
  const { queries } = services.registry
  if (!isDigestReference(reference)) {
    const tag = findTag(tags, reference)
    if (tag === null) return null
    const [row] = await toTagsResponse(services, repository, [tag])
    const image = tag.image && (await queries.image(repository, tag.image.digest))
    return row === undefined ? null : { row, image, tag }
  }
  const image = await queries.image(repository, reference)
  if (image === null) return null
  const [firstTag] = image.tags
  const tag = firstTag === undefined ? null : findTag(tags, firstTag)
  const row = tag
    ? (await toTagsResponse(services, repository, [tag]))[0]
    : await untaggedRow(services, repository, image)
  return row === undefined ? null : { row, image, tag }
}

/** The list is sorted by code units and may be long, so this is a binary search. */
function findTag(tags: readonly TagSummary[], name: TagName): TagSummary | null {
  let low = 0
  let high = tags.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const tag = tags[middle]
    if (tag === undefined || tag.name === name) return tag ?? null
    if (tag.name < name) low = middle + 1
    else high = middle - 1
  }
  return null
}

async function untaggedRow(
  { registry: { queries }, wholeness, pullRecorder }: ApiServices,
  repository: RepositoryName,
  image: ImageDetails,
): Promise<Tag> {
  const origin = (await queries.origins(repository, [image.digest])).get(image.digest)
  const flaws = await queries.flaws(repository, [image.digest])
  const pulls = await pullRecorder.seen(repository, pulledDigestsOf(image))
  return {
    name: image.digest,
    digest: image.digest,
    mediaType: image.mediaType,
    size: image.sizeBytes,
    exclusiveSize: image.exclusiveBytes,
    freedSize: image.exclusiveBytes,
    platforms: toPlatformsResponse(image, origin),
    aliases: [],
    aliasCount: 0,
    attached: toAttachedResponse(image),
    author: null,
    createdAt: toInstantOrNull(origin?.createdAtMs ?? null),
    updatedAt: null,
    ...toPullsResponse(pulls, pulledDigestsOf(image)),
    protectedBy: null,
    broken: flaws.get(image.digest) ?? knownFlaw(await wholeness.found(), repository, image),
  }
}

/** Images in repositories that the viewer may not see are counted, not named. */
const toLayerResponse = (layer: LayerDetails, viewer: Viewer): Layer => ({
  digest: layer.digest,
  size: layer.sizeBytes,
  mediaType: layer.mediaType,
  sharedWith: layer.sharedWith
    .filter(({ repository }) => viewer.sees(repository))
    .slice(0, namedHolders)
    .map(toHolderResponse),
  sharedWithCount: layer.sharedWithCount,
  exclusive: layer.exclusive,
  kind: layer.kind,
})

function toPartResponse({ digest, platform, config, configuration, layers }: ImagePart): WirePart {
  const made = configuration?.layerHistory ?? []
  // A history of another length describes other layers.
  const isTold = made.length === layers.length
  return {
    digest,
    platform: platform && isReal(platform) ? toPlatformResponse(platform) : null,
    configDigest: config,
    configuration: configuration && {
      entrypoint: [...configuration.entrypoint],
      command: [...configuration.command],
      workingDirectory: configuration.workingDirectory,
      user: configuration.user,
      ports: [...configuration.ports],
      environment: [...configuration.environment],
      labels: { ...configuration.labels },
    },
    layers: layers.map((layer, position) => ({
      digest: layer,
      createdBy: (isTold ? made[position] : null) ?? null,
    })),
  }
}

async function tagHistory(
  { registry: { manifests } }: ApiServices,
  repository: RepositoryName,
  tag: TagSummary,
): Promise<TagDetails['history']> {
  const history = await manifests.tagHistory(repository, tag.name)
  return await Promise.all(
    history
      .filter(({ digest }) => digest !== tag.digest)
      .map(async ({ digest, linkedAtMs }) => ({
        digest,
        at: toInstant(linkedAtMs),
        isHere: (await manifests.resolveReference(repository, digest)) !== null,
      })),
  )
}
