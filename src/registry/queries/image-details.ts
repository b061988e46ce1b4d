import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Platform } from '#domain/manifest/manifest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { BlobNode, BlobTable } from '#graph/live/blob-table.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import {
  largeConfiguration,
  parseConfiguration,
  readConfigurations,
  type ImageConfiguration,
} from './image-configuration.ts'
import {
  exclusiveBytes,
  referenceCountsOf,
  isExclusive,
} from '#graph/algorithms/exclusive-bytes.ts'
import { summarizeImage } from './image-summary.ts'
import { goingWith, unitOfImages } from '#graph/algorithms/image-unit.ts'
import { reachableFrom } from '#graph/algorithms/reachability.ts'
import { visitUses, type FoundUse } from '#graph/algorithms/needed-by.ts'
import { toLayerUse, viewsOf } from './layer-use.ts'
import { readManifests } from '../manifests/manifest-reading.ts'
import type { ImageDetails, ImagePart, LayerDetails } from './repository-queries.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { headObjects } from '#storage/single-object.ts'
import { revisionLink } from '../layout.ts'
import {
  edgeKinds,
  isRequired,
  leadsToBlob,
  leadsToManifest,
  referencesIn,
  type Edge,
} from '#graph/edges.ts'

const maximumUses = 100

type LayerFields = Pick<LayerDetails, 'digest' | 'mediaType' | 'sizeBytes' | 'kind'>

const maximumParts = 50
/** They are in memory together. */
const manifestsAtOnce = 64

interface ImageContents {
  readonly layers: ReadonlyMap<Digest, LayerFields>
  readonly parts: readonly ImagePart[]
  readonly absentPlatforms: number
}

/** An index does not say what its entries are: their media types do. */
const kindOf = (edge: Edge): LayerFields['kind'] =>
  edge.kind === edgeKinds.config || (!leadsToBlob(edge) && edge.target.mediaType.includes('config'))
    ? 'config'
    : 'layer'

/**
 * Reads the manifests of an image and its platforms, and the configurations of the first platforms.
 */
async function readContents(
  options: Pick<DetailsOptions, 'objects' | 'pause'>,
  repository: RepositoryName,
  graph: RepositoryGraph,
  manifests: readonly Digest[],
): Promise<ImageContents> {
  const { objects } = options
  const own = new Set(manifests)
  const layers = new Map<Digest, LayerFields>()
  const platforms = new Map<Digest, Platform>()
  const first: PartManifest[] = []
  const notRead = new Set<Digest>()
  const addLayer = (edge: Edge) => {
    const { digest, mediaType, sizeBytes } = edge.target
    if (!layers.has(digest))
      layers.set(digest, { digest, mediaType, sizeBytes, kind: kindOf(edge) })
  }
  for (const slice of inSlices(manifests, manifestsAtOnce)) {
    const readings = await readManifests(objects, slice)
    for (const [position, digest] of slice.entries()) {
      const reading = readings[position]
      if (reading?.kind !== 'manifest') continue
      const { manifest } = reading
      const held = new Set(graph.manifest(digest)?.references.map((reference) => reference.digest))
      for (const edge of referencesIn(manifest)) {
        const { digest: to, platform } = edge.target
        if (platform) platforms.set(to, platform)
        if (!leadsToBlob(edge) && own.has(to)) continue
        if (leadsToManifest(edge)) notRead.add(to)
        // Leaves out what need not be on storage and was not pushed.
        else if (isRequired(edge) || held.has(to)) addLayer(edge)
      }
      if (manifest.kind === 'index' || first.length >= maximumParts) continue
      first.push({
        digest,
        config: manifest.config?.digest ?? null,
        platform: platforms.get(digest) ?? null,
        layers: manifest.layers.map((layer) => layer.digest),
      })
    }
  }
  return {
    layers,
    parts: await readParts(options, repository, first),
    absentPlatforms: await countUnlinked(objects, repository, [...notRead]),
  }
}

type PartManifest = Omit<ImagePart, 'configuration'>

async function readParts(
  { objects, pause }: Pick<DetailsOptions, 'objects' | 'pause'>,
  repository: RepositoryName,
  parts: readonly PartManifest[],
): Promise<readonly ImagePart[]> {
  const configs = new Set(parts.flatMap(({ config }) => config ?? []))
  const parsed = new Map<Digest, ImageConfiguration | null>()
  for (const [config, text] of await readConfigurations(objects, repository, [...configs])) {
    parsed.set(config, parseConfiguration(text))
    if (text.length > largeConfiguration) await pause()
  }
  return parts.map(({ digest, platform, config, layers }) => {
    const configuration = (config && parsed.get(config)) ?? null
    return {
      digest,
      platform: platform ?? configuration?.platform ?? null,
      config,
      configuration,
      layers,
    }
  })
}

/** How many of these manifests the repository does not link. */
async function countUnlinked(
  objects: ObjectReader,
  repository: RepositoryName,
  digests: readonly Digest[],
): Promise<number> {
  const links = digests.map((digest) => revisionLink(repository, digest))
  const heads = await headObjects(objects, links)
  return heads.filter((head) => head === null).length
}

export interface DetailsOptions {
  readonly objects: ObjectReader
  readonly blobs: BlobTable
  readonly graphs: ReadonlyMap<RepositoryName, RepositoryGraph>
  readonly pause: Pause
}

export async function describeImage(
  options: DetailsOptions,
  repository: RepositoryName,
  digest: Digest,
): Promise<ImageDetails | null> {
  const graph = options.graphs.get(repository)
  const node = graph?.manifest(digest)
  if (!graph || !node) return null
  const { view } = graph
  const unit = unitOfImages(view, [node.blob])
  const counts = referenceCountsOf(view, goingWith(unit))
  const images = [...reachableFrom(view, [node.blob])].flatMap(([manifest, role]) =>
    role === 'attached' ? [] : [manifest.digest],
  )
  const { layers, parts, absentPlatforms } = await readContents(options, repository, graph, images)

  const shared = new Set<BlobNode>()
  for (const layer of layers.keys()) {
    const blob = options.blobs.get(layer)
    if (blob && !isExclusive(view, blob, counts)) shared.add(blob)
  }
  const usesOf = new Map<Digest, { count: number; readonly first: FoundUse<BlobNode>[] }>()
  const visit = (use: FoundUse<BlobNode>) => {
    for (const blob of use.used) {
      const uses = usesOf.get(blob.digest) ?? { count: 0, first: [] }
      usesOf.set(blob.digest, uses)
      uses.count += 1
      if (uses.first.length < maximumUses) uses.first.push(use)
    }
  }
  const unitHere = { repository, manifests: unit.manifests }
  await visitUses(viewsOf(options.graphs), shared, unitHere, visit, options.pause)
  // An index that lists the image holds all of it.
  const toUse = (use: Pick<FoundUse<BlobNode>, 'repository' | 'manifest'>) =>
    toLayerUse(options.graphs, use)
  const indexes = unit.listedBy.map((manifest) => toUse({ repository, manifest }))
  return {
    ...summarizeImage(graph, node),
    exclusiveBytes: exclusiveBytes(view, counts),
    unit: Array.from(unit.manifests, ([manifest, role]) => ({ digest: manifest.digest, role })),
    layers: Array.from(layers.values(), (layer) => {
      const uses = usesOf.get(layer.digest) ?? { count: 0, first: [] }
      const sharedWithCount = indexes.length + uses.count
      return {
        ...layer,
        exclusive: sharedWithCount === 0,
        sharedWith: [...indexes, ...uses.first.map(toUse)].slice(0, maximumUses),
        sharedWithCount,
      }
    }),
    parts,
    absentPlatforms,
  }
}
