import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { tagsShowing } from '#graph/algorithms/needed-by.ts'
import type { BlobNode } from '#graph/live/blob-table.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'

export interface LayerUse {
  readonly repository: RepositoryName
  readonly digest: Digest
  /** Tags of that manifest, or of an index that lists it. */
  readonly tags: readonly TagName[]
}

export type Graphs = ReadonlyMap<RepositoryName, RepositoryGraph>

/** The graphs, as algorithms over all repositories read them. */
export const viewsOf = (graphs: Graphs) =>
  Array.from(graphs, ([name, { view }]) => [name, view] as const)

/** A use of a layer with its tags, in the form that people see. */
export function toLayerUse(
  graphs: Graphs,
  { repository, manifest }: { readonly repository: RepositoryName; readonly manifest: BlobNode },
): LayerUse {
  const graph = graphs.get(repository)
  return {
    repository,
    digest: manifest.digest,
    tags: graph ? tagsShowing(graph.view, manifest) : [],
  }
}
