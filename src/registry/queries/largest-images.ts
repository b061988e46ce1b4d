import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { exclusiveBytesOf } from '#graph/algorithms/exclusive-bytes.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import type { Graphs } from './layer-use.ts'
import type { ImageWithBytes, RepositoryImage } from './repository-queries.ts'

type ImagesOf = (
  name: RepositoryName,
  graph: RepositoryGraph,
) => Promise<readonly RepositoryImage[]>

/**
 * All images of the registry with what only they hold, in no promised order. Kept until any
 * repository changes, because what one image holds alone depends on all of them.
 */
export function createImagesWithBytes(imagesOf: ImagesOf, pause: Pause) {
  let kept: { readonly of: string; readonly images: Promise<readonly ImageWithBytes[]> } | null =
    null

  async function read(graphs: Graphs): Promise<readonly ImageWithBytes[]> {
    const maybeYield = createMaybeYield(pause)
    const found: ImageWithBytes[] = []
    for (const [repository, graph] of graphs) {
      const seen = new Set<Digest>()
      for (const image of await imagesOf(repository, graph)) {
        // Of an image that was deleted in between, nothing is known any more.
        if (seen.has(image.digest) || !graph.manifest(image.digest)) continue
        seen.add(image.digest)
        const exclusive = exclusiveBytesOf(graph.view, graph.nodeOf(image.digest))
        found.push({ repository, image, exclusiveBytes: exclusive })
        await maybeYield()
      }
    }
    return found
  }

  return (graphs: Graphs): Promise<readonly ImageWithBytes[]> => {
    const of = Array.from(graphs, ([name, { version }]) => `${name} ${version}`).join('\n')
    if (kept?.of === of) return kept.images
    const images = read(graphs)
    kept = { of, images }
    // A failure is not kept.
    images.catch(() => {
      if (kept?.images === images) kept = null
    })
    return images
  }
}
