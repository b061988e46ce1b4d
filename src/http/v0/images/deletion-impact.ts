import type { DeletedReference, DeletionImpact } from '#contract/images/deletion.ts'
import { deletionCalls } from '#contract/endpoints/deletion.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import {
  isDigestReference,
  parseReference,
  type Reference,
} from '#registry/manifests/tag-or-digest.ts'
import type {
  DeletionImpact as IndexImpact,
  ImageSummary,
  TagSummary,
} from '#registry/queries/repository-queries.ts'
import { noSuchRepository } from '../../middleware/access.ts'
import type { ApiServices } from '../../services.ts'
import { invalidParameter } from '../invalid-input.ts'
import { readBody } from '../read-body.ts'
import { noSuchReference } from '../read-reference.ts'
import type { RepositoryAnswer } from '../repositories/repository-answer.ts'
import { viewerOf, type Viewer } from '../accounts/viewer.ts'
import { restorableTimes } from './restorable-times.ts'
import { toAttachedResponse, toHolderResponse, toPlatformsResponse } from './tag-response.ts'

const namedHolders = 10

/**
 * What a deletion would do. Leaves out references that have disappeared, so that a person who
 * selected many still learns about the others; 404 if none is left.
 */
export const deletionImpact: RepositoryAnswer = async (context, services, { repository }) => {
  const viewer = viewerOf(context)
  const request = await readBody(context, deletionCalls.getDeletionImpact.body)
  const references = [...new Set(request.references.map(readListedReference))]
  const found = await findImages(services, repository, references)
  const [missing] = references
  if (found.length === 0 && missing !== undefined) throw noSuchReference(missing)

  const impact = await services.registry.queries.impact(repository, references, request.whole)
  const rows = await deletedReferences(services, repository, found, impact, request.whole)
  const reported = await services.running.reported()
  const running = reported && (await services.registry.queries.runningImages(repository, reported))
  const response = await toImpactResponse(services, viewer, impact, rows)
  return context.json({
    ...response,
    running: rows.flatMap(({ reference, digest }) => {
      const clusters = running?.get(digest as Digest)
      return clusters === undefined ? [] : [{ reference, clusters: [...clusters] }]
    }),
  })
}

function readListedReference(text: string, position: number): Reference {
  const reference = parseReference(text)
  if (reference.ok) return reference.value
  throw invalidParameter(`references.${position}`, reference.refusal.message)
}

interface Found {
  readonly reference: Reference
  /** Null if the manifest is not understood, or cannot be pulled. */
  readonly image: ImageSummary | null
  readonly tag: TagSummary | null
  /** Null if there is an image. */
  readonly odd: OddManifest | null
}

/** What a tag shows, or a digest names, that is not an image which clients can pull. */
interface OddManifest {
  readonly digest: Digest | null
  /**
   * Bytes that go to the trash; null: the manifest is gone or damaged, and only tags are deleted.
   */
  readonly sizeBytes: number | null
  /** Every tag that shows it. */
  readonly tags: readonly TagName[]
}

async function findImages(
  { registry: { queries, manifests } }: ApiServices,
  repository: RepositoryName,
  references: readonly Reference[],
): Promise<readonly Found[]> {
  const tags = await queries.tags(repository)
  if (tags === null) throw noSuchRepository(repository)
  const wanted: ReadonlySet<string> = new Set(references)
  const tagOf = new Map(
    tags.filter(({ name }) => wanted.has(name)).map((tag) => [tag.name as string, tag]),
  )
  const oddManifest = async (digest: Digest | null): Promise<OddManifest> => ({
    digest,
    sizeBytes: (digest && (await manifests.readManifest(repository, digest)))?.bytes.length ?? null,
    tags:
      digest === null ? [] : tags.filter((tag) => tag.digest === digest).map(({ name }) => name),
  })
  const found: Found[] = []
  for (const reference of references) {
    const tag = tagOf.get(reference) ?? null
    if (tag !== null) {
      const odd = tag.image === null ? await oddManifest(tag.digest) : null
      found.push({ reference, tag, image: tag.image, odd })
    }
    if (!isDigestReference(reference)) continue
    const image = await queries.image(repository, reference)
    const odd = image === null ? await oddManifest(reference) : null
    if (image !== null || odd?.sizeBytes) found.push({ reference, tag: null, image, odd })
  }
  return found
}

async function deletedReferences(
  { registry: { queries } }: ApiServices,
  repository: RepositoryName,
  found: readonly Found[],
  impact: IndexImpact,
  whole: boolean,
): Promise<readonly DeletedReference[]> {
  const digests = found.flatMap(({ image }) => (image === null ? [] : [image.digest]))
  const origins = await queries.origins(repository, [...new Set(digests)])
  const deletedTags: ReadonlySet<string> = new Set(impact.tags)
  const deletedManifests: ReadonlySet<string> = new Set(impact.manifests.map((each) => each.digest))
  const asked: ReadonlySet<string> = new Set(found.map(({ reference }) => reference))
  return found.map(({ reference, tag, image, odd }) => {
    if (image === null) return oddReference(reference, odd, asked, whole || tag === null)
    const allTags = whole || tag === null
    const imageDeleted = deletedManifests.has(image.digest)
    return {
      reference,
      digest: image.digest,
      imageDeleted,
      tags: allTags ? [...image.tags] : [reference],
      remainingTags: image.tags.filter((name) => !deletedTags.has(name)),
      platforms: toPlatformsResponse(image, origins.get(image.digest)),
      // What other images also hold stays.
      attached: toAttachedResponse(image).filter(({ digest }) => deletedManifests.has(digest)),
      size: image.sizeBytes,
    }
  })
}

/**
 * It goes to the trash unchanged with its last tag; if there is nothing to keep, only tags are
 * deleted.
 */
function oddReference(
  reference: Reference,
  odd: OddManifest | null,
  asked: ReadonlySet<string>,
  allTags: boolean,
): DeletedReference {
  const { digest = null, sizeBytes = null, tags = [] } = odd ?? {}
  const isKept = sizeBytes !== null
  const goesWhole = isKept && (allTags || tags.every((name) => asked.has(name)))
  return {
    reference,
    digest: digest ?? '',
    imageDeleted: goesWhole,
    tags: isKept && allTags ? [...tags] : [reference],
    remainingTags: goesWhole ? [] : tags.filter((name) => !asked.has(name)),
    platforms: [],
    attached: [],
    size: sizeBytes ?? 0,
  }
}

async function toImpactResponse(
  services: ApiServices,
  viewer: Viewer,
  impact: IndexImpact,
  rows: readonly DeletedReference[],
): Promise<Omit<DeletionImpact, 'running'>> {
  const hasImages = rows.some(({ imageDeleted }) => imageDeleted)
  return {
    references: [...rows],
    bytesFreed: impact.exclusiveBytes,
    bytesFreedOfOne: impact.ofOneImageBytes,
    bytesKept: impact.sharedBytes,
    // Images in repositories that the viewer may not see are counted, not named.
    keptBy: impact.sharedWith
      .filter(({ repository }) => viewer.sees(repository))
      .slice(0, namedHolders)
      .map(toHolderResponse),
    keptByCount: impact.sharedWithCount,
    ...(await restorableTimes(services, hasImages)),
  }
}
