import type { TagName } from '#domain/values/tag-name.ts'
import { edgeRules, type EdgeKind } from '#graph/edges.ts'
import { subjectStartOf } from '#graph/fallback-tag.ts'
import type { RepositoryView } from '#graph/repository-view.ts'
import { attachmentsIn, type PackedLinks } from '#graph/packed/attachments.ts'
import { isManifestNode, type Graph } from '#graph/packed/packed-graph.ts'
import { manifestStatus } from '#graph/packed/parsed-manifests.ts'

interface PackedRepository extends PackedLinks {
  readonly name: string
}

interface PackedViewOptions {
  readonly graph: Graph
  /** All repositories of the store: each counts what it refers to. */
  readonly repositories: readonly PackedRepository[]
  /**
   * Whether a tag with the name of a fallback tag attaches what it shows; what the columns keep of a
   * manifest does not tell. Default: always, as for a collection.
   */
  readonly attaches?: (repository: string, tag: string) => boolean
}

interface Edges {
  readonly targets: readonly number[]
  readonly kinds: readonly EdgeKind[]
}

const none: readonly never[] = []
const noEdges: Edges = { targets: none, kinds: none }

/** Each target once, with the kind of the last edge to it. */
function retainedEdges(graph: Graph, node: number): Edges {
  const kinds = new Map<number, EdgeKind>()
  for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
    const kind = graph.edgeKind.get(edge) as EdgeKind
    const target = graph.edgeTarget.get(edge)
    if (edgeRules[kind].isRequired || graph.stored.get(target) === 1) kinds.set(target, kind)
  }
  return { targets: [...kinds.keys()], kinds: [...kinds.values()] }
}

function addTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

/** What all views of one graph share. */
interface Shared extends PackedViewOptions {
  readonly edgesOf: (node: number) => Edges
  readonly counts: Map<number, number>
}

/**
 * The repositories of a store as they were read, for algorithms: they must give the same answers as
 * the graphs that follow each repository. A collection walks the columns themselves, and keeps more:
 * also what is listed and not linked.
 */
export function repositoryViews(
  options: PackedViewOptions,
): ReadonlyMap<string, RepositoryView<number>> {
  const known = new Map<number, Edges>()
  const edgesOf = (node: number): Edges => {
    const edges = known.get(node) ?? retainedEdges(options.graph, node)
    known.set(node, edges)
    return edges
  }
  const shared: Shared = { ...options, edgesOf, counts: new Map() }
  return new Map(
    options.repositories.map((repository) => [repository.name, viewOf(repository, shared)]),
  )
}

function viewOf(repository: PackedRepository, shared: Shared): RepositoryView<number> {
  const { graph, edgesOf, counts, attaches = () => true } = shared
  const manifests = new Set<number>()
  const parents = new Map<number, number[]>()
  const tags = new Map<number, TagName[]>()
  const isIndex = (node: number): boolean =>
    manifests.has(node) && graph.status.get(node) === manifestStatus.index
  const refer = (node: number) => counts.set(node, (counts.get(node) ?? 0) + 1)
  for (const node of repository.revisions) {
    if (!isManifestNode(graph, node) || manifests.has(node)) continue
    manifests.add(node)
    const { targets } = edgesOf(node)
    for (const each of [node, ...targets]) refer(each)
    if (isIndex(node)) for (const target of targets) addTo(parents, target, node)
  }
  const isOrdinary = ({ name }: { readonly name: string }): boolean =>
    subjectStartOf(name) === null || attaches(repository.name, name)
  const attachments = attachmentsIn(
    { ...repository, tags: repository.tags.filter(isOrdinary) },
    graph,
  )
  for (const { name, node } of repository.tags) {
    if (node !== null) addTo(tags, node, name as TagName)
  }
  const here = (nodes: readonly number[]) => nodes.filter((node) => manifests.has(node))
  return {
    manifests: () => manifests,
    isManifest: (node) => manifests.has(node),
    isIndex,
    edgesFrom: (node) => (manifests.has(node) ? edgesOf(node) : noEdges).targets,
    kindsFrom: (node) => (manifests.has(node) ? edgesOf(node) : noEdges).kinds,
    parentsOf: (node) => parents.get(node) ?? none,
    referrersOf: (node) => here(attachments.get(node) ?? none),
    subjectsOf: (node) => (manifests.has(node) ? here(graph.subjectsOf(node)) : none),
    tagsOf: (node) => tags.get(node) ?? none,
    subjectsByTag(tag) {
      const start = subjectStartOf(tag)
      return start === null || !attaches(repository.name, tag) ? none : graph.findStarting(start)
    },
    sizeOf: graph.sizes.get,
    referenceCountOf: (node) => counts.get(node) ?? 0,
  }
}
