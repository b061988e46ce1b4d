import { seededNumbers } from '#services/samples/file-content.ts'

/** One pushed image, in numbers: layers are numbered from 0 over the whole store. */
export interface ShapedImage {
  readonly repository: string
  /** The layers of each platform, lowest first: one list for a plain image, two for an index. */
  readonly platforms: readonly (readonly number[])[]
  readonly tags: readonly string[]
  /**
   * kept: its tags still lead to it. replaced: its tag leads to a later image. deleted: by digest,
   * as `DELETE` does it, with all its tags.
   */
  readonly fate: 'kept' | 'replaced' | 'deleted'
}

export interface ShapeOptions {
  /** The same seed gives the same images. */
  readonly seed: number
  /** The approximate number of blobs: it ends with the first repository that reaches it. */
  readonly blobs: number
}

/**
 * Images as published statistics find them on Docker Hub (Zhao et al., "Large-Scale Analysis of the
 * Docker Hub Dataset", IEEE CLUSTER 2019): half of them have 8 layers or fewer, nine of ten 18 or
 * fewer, none more than 120; about nine of ten layers are in one image only; every other image has
 * the empty layer. In addition some twenty images and twelve tags to a repository, 5 % indexes of
 * two platforms, 10 % that lost their tag to a later image, and a third that was deleted.
 */
export function* shapeStore({ seed, blobs }: ShapeOptions): Generator<ShapedImage> {
  const next = seededNumbers(seed)
  const below = (bound: number): number => Math.floor(next() * bound)
  const chance = (share: number): boolean => next() < share
  const emptyLayer = 0
  // Base images: layers that many images begin with. The probability of choosing one falls off
  // steeply.
  const baseLayers = Math.max(12, Math.round(blobs * 0.06))
  let nextLayer = 1 + baseLayers
  const usedBases = new Set<number>()
  let written = 1

  /** Turns two uniform numbers into a normally distributed one (Box and Muller). */
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const layerCount = (): number =>
    Math.min(120, Math.max(1, Math.round(Math.exp(Math.log(8) + 0.63 * normal()))))

  function layers(): number[] {
    const count = layerCount()
    const list: number[] = []
    const start = Math.floor(baseLayers * next() ** 3)
    const common = Math.min(count - 1, 1 + below(8), baseLayers - start)
    for (let layer = start + 1; layer <= start + common; layer += 1) {
      list.push(layer)
      usedBases.add(layer)
    }
    if (chance(0.52) && list.length < count - 1) list.push(emptyLayer)
    while (list.length < count) {
      list.push(nextLayer)
      nextLayer += 1
      written += 1
    }
    return list
  }

  for (let number = 0; written + usedBases.size < blobs; number += 1) {
    const repository = `group${number % 37}/app${number}`
    const images = 10 + below(21)
    for (let image = 0; image < images; image += 1) {
      const isIndex = chance(0.05)
      const platforms = isIndex ? [layers(), layers()] : [layers()]
      // A configuration and a manifest each; the index itself.
      written += platforms.length * 2 + (isIndex ? 1 : 0)
      const drawn = next()
      const isLast = image === images - 1
      const fate = drawn < 0.33 ? 'deleted' : drawn < 0.43 && !isLast ? 'replaced' : 'kept'
      const tags =
        fate === 'replaced'
          ? ['latest']
          : isLast && fate === 'kept'
            ? [`v${image}`, 'latest']
            : [`v${image}`]
      yield { repository, platforms, tags, fate }
    }
  }
}

/** One repository of a build server: images over one base, a tag for each, every tenth replaced. */
export function* shapeManyTags({
  seed,
  tags,
}: {
  seed: number
  tags: number
}): Generator<ShapedImage> {
  const next = seededNumbers(seed)
  for (let number = 0; number < tags; number += 1) {
    const own = 100 + number * 2
    const isReplaced = next() < 0.1
    yield {
      repository: 'ci/builds',
      platforms: [[1, 2, 3, own, own + 1]],
      tags: [isReplaced ? 'nightly' : `build-${number}`],
      fate: isReplaced ? 'replaced' : 'kept',
    }
  }
  yield { repository: 'ci/builds', platforms: [[1, 2, 3, 4]], tags: ['nightly'], fate: 'kept' }
}
