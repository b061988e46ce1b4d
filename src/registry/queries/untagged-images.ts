import type { Pause } from '#domain/time/clock.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import { exclusiveBytesOf } from '#graph/algorithms/exclusive-bytes.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import { summarizeImage } from './image-summary.ts'
import { isUntagged } from './untagged.ts'
import type { UntaggedImage } from './repository-queries.ts'

/** With what the deletion of each frees; in no promised order. */
export async function untaggedImagesOf(
  graph: RepositoryGraph,
  pause: Pause,
): Promise<readonly UntaggedImage[]> {
  const maybeYield = createMaybeYield(pause)
  const found: UntaggedImage[] = []
  for (const node of graph.manifests.values()) {
    if (isUntagged(graph, node)) {
      const exclusiveBytes = exclusiveBytesOf(graph.view, node.blob)
      found.push({ image: summarizeImage(graph, node, []), exclusiveBytes })
    }
    const yielding = maybeYield()
    if (yielding) await yielding
  }
  return found
}
