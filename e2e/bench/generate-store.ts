import { createHash } from 'node:crypto'
import type { CollectionPlan } from '#gc/plan/plan.ts'
import type { Digest } from '#domain/values/digest.ts'
import { revisionLink } from '#registry/layout.ts'
import {
  buildImage,
  buildIndex,
  type BuiltManifest,
  type Content,
  type Layer,
} from '#services/samples/image-builder.ts'
import type { StoreTarget } from '../store-target.ts'
import { createStoreWriter, makeLayer, repositoryNamed, tagNamed } from '../store-writer.ts'
import type { ShapedImage } from './store-shape.ts'

/** The digests that a collection must remove. */
export interface ExpectedGarbage {
  readonly blobs: number
  readonly bytes: number
  /** The SHA-256 of the digests in order, one per line. */
  readonly fingerprint: string
}

export interface StoreFacts {
  readonly blobs: number
  readonly repositories: number
  readonly revisions: number
  readonly tags: number
  /** Over everything stored, needed or not. */
  readonly layersPerImage: { readonly p50: number; readonly p90: number; readonly max: number }
  /** The share of the layers that only one image has, from 0 to 1. */
  readonly usedOnce: number
  readonly referencesPerLayer: number
  /** Without the policy for untagged images. */
  readonly garbage: ExpectedGarbage
  /** With that policy. */
  readonly garbageWithUntagged: ExpectedGarbage
}

interface Known {
  readonly sizeBytes: number
  isLinked: boolean
  isTagged: boolean
}

/** The fingerprint of the digests of a plan or a result, as in `ExpectedGarbage`. */
export const fingerprintOf = (digests: readonly string[]): string =>
  createHash('sha256').update(digests.toSorted().join('\n')).digest('hex')

/** The fingerprint of the blobs in a plan. */
export const fingerprintOfPlan = (plan: CollectionPlan | null): string =>
  fingerprintOf(Array.from(plan?.items.ofStep('blob') ?? [], ({ digest }) => String(digest)))

const contentsOf = (image: BuiltManifest): readonly Content[] => [
  image.manifest,
  ...image.blobs,
  ...image.children.flatMap(contentsOf),
]

const monthMs = 30 * 24 * 60 * 60 * 1000

/**
 * Writes these images in Distribution's layout, and returns what a collection must find: computed
 * from what was written, not from what is read.
 */
export function generateStore(
  target: StoreTarget,
  images: Iterable<ShapedImage>,
  seed: number,
): StoreFacts {
  const writer = createStoreWriter(target)
  const known = new Map<Digest, Known>()
  const layers = new Map<number, { readonly layer: Layer; uses: number }>()
  const counts: number[] = []
  /** The image of each tag, in the repository that is being written; and then in all. */
  const tagged = new Map<string, BuiltManifest>()
  const repositories = new Set<string>()
  let revisions = 0
  let references = 0

  function layerOf(number: number): Layer {
    const entry = layers.get(number) ?? {
      layer: makeLayer(seed * 10_000_019 + number, 48),
      uses: 0,
    }
    layers.set(number, entry)
    entry.uses += 1
    references += 1
    return entry.layer
  }

  function build(platform: readonly number[], architecture: string): BuiltManifest {
    counts.push(platform.length)
    return buildImage({
      layers: platform.map(layerOf),
      createdAt: new Date(Date.UTC(2026, 0, 1) + counts.length * 1000).toISOString(),
      platform: { os: 'linux', architecture },
    })
  }

  const note = (image: BuiltManifest, how: Partial<Known>): void => {
    for (const { digest, bytes } of contentsOf(image)) {
      const entry = known.get(digest) ?? {
        sizeBytes: bytes.length,
        isLinked: false,
        isTagged: false,
      }
      known.set(digest, Object.assign(entry, how))
    }
  }

  const monthAgoMs = Date.now() - monthMs
  function link(repository: string, image: BuiltManifest): void {
    revisions += 1
    note(image, { isLinked: true })
    // Older than any policy's age for untagged images.
    target.setTime(revisionLink(repositoryNamed(repository), image.manifest.digest), monthAgoMs)
  }

  for (const { repository, platforms, tags, fate } of images) {
    repositories.add(repository)
    const built = platforms.map((platform, position) =>
      build(platform, position === 0 ? 'amd64' : 'arm64'),
    )
    const [only] = built
    const image = built.length === 1 && only ? only : buildIndex(built)
    const isLinked = fate !== 'deleted'
    writer.push(repositoryNamed(repository), image, {
      isLinked,
      tags: isLinked ? tags.map(tagNamed) : [],
    })
    note(image, {})
    // Its platforms were pushed separately, and keep their links when the index is deleted.
    for (const child of image.children) link(repository, child)
    if (!isLinked) continue
    link(repository, image)
    for (const tag of tags) tagged.set(`${repository}:${tag}`, image)
  }
  for (const image of tagged.values()) note(image, { isTagged: true })

  const garbageWhere = (isGarbage: (blob: Known) => boolean): ExpectedGarbage => {
    const found = [...known].filter(([, blob]) => isGarbage(blob))
    return {
      blobs: found.length,
      bytes: found.reduce((sum, [, { sizeBytes }]) => sum + sizeBytes, 0),
      fingerprint: fingerprintOf(found.map(([digest]) => digest)),
    }
  }
  const sorted = counts.toSorted((a, b) => a - b)
  const uses = [...layers.values()]
  return {
    blobs: known.size,
    repositories: repositories.size,
    revisions,
    tags: tagged.size,
    layersPerImage: {
      p50: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
      p90: sorted[Math.floor(sorted.length * 0.9)] ?? 0,
      max: sorted.at(-1) ?? 0,
    },
    usedOnce: uses.filter((layer) => layer.uses === 1).length / uses.length,
    referencesPerLayer: references / uses.length,
    garbage: garbageWhere(({ isLinked }) => !isLinked),
    garbageWithUntagged: garbageWhere(({ isTagged }) => !isTagged),
  }
}
