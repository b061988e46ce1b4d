import type { Digest } from '#domain/values/digest.ts'
import type { RemovalCause } from '#domain/collection/removal-cause.ts'
import type { GcAnalysis } from '../mark/analyze.ts'
import type { CauseMap } from '../plan/assign-causes.ts'
import { roleOfEdge, type PathRole } from '#graph/algorithms/tag-path.ts'
import { isManifestNode } from '#graph/packed/packed-graph.ts'
import type { Yielder } from '../yielder.ts'
import { shortestPath, type Path } from './shortest-path.ts'

/** Why a digest is kept: where the path to it starts. */
export type ExplanationRoot =
  | { readonly kind: 'tag'; readonly repository: string; readonly tag: string }
  | { readonly kind: 'untagged manifest'; readonly repository: string }
  | { readonly kind: 'trash'; readonly repository: string }
  /** Something in the repository cannot be read, so all that it links is kept. */
  | { readonly kind: 'unreadable repository'; readonly repository: string; readonly reason: string }

export interface ExplanationStep {
  readonly digest: Digest
  /** How the previous step leads here; `root` for the first. */
  readonly as: PathRole
}

export type Explanation =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'kept'
      readonly root: ExplanationRoot
      /** The shortest path from the root's manifest to the requested digest. */
      readonly path: readonly ExplanationStep[]
    }
  | {
      readonly kind: 'garbage'
      readonly cause: RemovalCause
      readonly repository: string | null
      readonly sizeBytes: number
    }

/**
 * Explains why a digest is here: the shortest path from a tag; failing that, from an untagged
 * manifest, from the trash, or from another reason to keep it; or why it is garbage.
 *
 * @param causes the causes of all garbage of the analysis, which take long to find
 */
export async function explain(
  analysis: GcAnalysis,
  causes: () => Promise<CauseMap>,
  digest: Digest,
  yielder: Yielder,
): Promise<Explanation> {
  const { inventory, marking } = analysis
  const { graph } = inventory
  const node = graph.find(digest)
  if (node < 0 || graph.stored.get(node) === 0) return { kind: 'absent' }
  if (marking.kept.get(node) === 0) {
    const causeMap = await causes()
    return {
      kind: 'garbage',
      cause: causeMap.causeOf(node) ?? 'orphaned layer',
      repository: causeMap.repositoryOf(node),
      sizeBytes: graph.sizes.get(node),
    }
  }
  for (const { rootsIn, rootOf } of rootSearches(analysis)) {
    const path = await shortestPath(analysis, node, rootsIn, yielder)
    if (path) return { kind: 'kept', root: rootOf(path), path: stepsOf(path, analysis) }
  }
  const root = unreadableOver(node, analysis)
  if (root === null) throw new Error(`${digest} is kept, and nothing leads to it`)
  return { kind: 'kept', root, path: [{ digest, as: 'root' }] }
}

interface RootSearch {
  readonly rootsIn: (position: number) => Iterable<number>
  readonly rootOf: (path: Path) => ExplanationRoot
}

/** People look for tags first: a tag says more than the manifest that it names. */
function rootSearches({ inventory, marking }: GcAnalysis): readonly RootSearch[] {
  const { repositories } = inventory
  const nameOf = ({ position }: Path): string => repositories[position]?.name ?? ''
  const tagsAt = (position: number) => repositories[position]?.tags ?? []
  const restorable = inventory.trash.filter(({ contents }) =>
    marking.restorableEntries.has(contents.id),
  )
  const restorableAt = (position: number) =>
    restorable.filter(({ contents }) => contents.repository === repositories[position]?.name)

  return [
    {
      rootsIn: (position) => tagsAt(position).flatMap(({ node }) => (node === null ? [] : [node])),
      rootOf: (path) => ({
        kind: 'tag',
        repository: nameOf(path),
        tag: tagsAt(path.position).find(({ node }) => node === path.steps[0]?.node)?.name ?? '',
      }),
    },
    {
      rootsIn(position) {
        const expired = new Set(marking.repositories[position]?.expired)
        return [...(repositories[position]?.revisions ?? [])].filter((node) => !expired.has(node))
      },
      rootOf: (path) => ({ kind: 'untagged manifest', repository: nameOf(path) }),
    },
    {
      rootsIn: (position) => restorableAt(position).flatMap(({ nodes }) => [...nodes]),
      rootOf: (path) => ({ kind: 'trash', repository: nameOf(path) }),
    },
  ]
}

const stepsOf = ({ steps }: Path, { inventory }: GcAnalysis): ExplanationStep[] =>
  steps.map(({ node, edge }) => ({
    digest: inventory.graph.digestOf(node),
    as: edge === 0 ? 'root' : roleOfEdge(edge, isManifestNode(inventory.graph, node)),
  }))

/** The repository whose unreadable content keeps a node: one that links it, or else any. */
function unreadableOver(node: number, { inventory, marking }: GcAnalysis): ExplanationRoot | null {
  let found: ExplanationRoot | null = null
  for (const [position, { brokenBy }] of marking.repositories.entries()) {
    const repository = inventory.repositories[position]
    if (brokenBy === null || !repository) continue
    const links = repository.layers.includes(node)
    if (!links && found) continue
    found = { kind: 'unreadable repository', repository: repository.name, reason: brokenBy }
    if (links) break
  }
  return found
}
