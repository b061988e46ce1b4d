import type { RunningReference } from '#domain/retention/running-report.ts'
import type { Pause } from '#domain/time/clock.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'

/** Those of the references that name no image of these repositories, in their order. */
export async function unknownReferences(
  graphs: ReadonlyMap<RepositoryName, RepositoryGraph>,
  references: readonly RunningReference[],
  pause: Pause,
): Promise<readonly RunningReference[]> {
  const maybeYield = createMaybeYield(pause)
  const wanted = new Set<string>(references.flatMap(({ digest }) => digest ?? []))
  const found = new Set<string>()
  for (const graph of graphs.values()) {
    for (const { digest, config } of graph.manifests.values()) {
      if (wanted.has(digest)) found.add(digest)
      if (config !== null && wanted.has(config)) found.add(config)
      const yielding = maybeYield()
      if (yielding) await yielding
    }
  }
  return references.filter(({ digest, repository, tag }) => {
    if (digest !== null) return !found.has(digest)
    const graph = repository === null ? undefined : graphs.get(repository)
    return tag === null || !graph?.tag(tag)?.digest
  })
}
