import type { RepositoryView } from '../repository-view.ts'
import { attachedByTags, subjectsByTag } from './attached-by-tags.ts'
import type { BlobNode } from './blob-table.ts'
import type { RepositoryGraph } from './repository-graph.ts'

const none: readonly never[] = []

/** The graph of one repository, for algorithms: it follows the graph's changes. */
export const viewOfRepository = (graph: RepositoryGraph): RepositoryView<BlobNode> => ({
  *manifests() {
    for (const { blob } of graph.manifests.values()) yield blob
  },
  isManifest: ({ digest }) => graph.manifests.has(digest),
  isIndex: ({ digest }) => graph.manifest(digest)?.kind === 'index',
  edgesFrom: ({ digest }) => graph.manifest(digest)?.references ?? none,
  kindsFrom: ({ digest }) => graph.manifest(digest)?.kinds ?? none,
  parentsOf: ({ digest }) => graph.parentsOf(digest),
  referrersOf({ digest }) {
    const attached = graph.attachedTo(digest)
    const byTags = attachedByTags(graph, digest)
    return byTags.length === 0 ? attached : [...attached, ...byTags]
  },
  subjectsOf({ digest }) {
    const subjects = graph.manifest(digest)?.subjects ?? none
    if (subjects.length === 0) return none
    return subjects.flatMap((subject) => graph.manifest(subject)?.blob ?? [])
  },
  tagsOf: ({ digest }) => graph.tagsOf(digest),
  subjectsByTag: (tag) => subjectsByTag(graph, tag)?.map(graph.nodeOf) ?? none,
  sizeOf: ({ sizeBytes }) => sizeBytes,
  referenceCountOf: ({ referenceCount }) => referenceCount,
})
