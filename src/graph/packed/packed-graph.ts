import type { Digest } from '#domain/values/digest.ts'
import { countOf, wordsInDigest, type PackedDigests } from '#domain/values/packed-digests.ts'
import {
  createByteColumn,
  createNumberColumn,
  createSizeColumn,
  type Column,
} from './growable-column.ts'
import { createDigestTable, type DigestTable } from '#domain/values/digest-table.ts'
import { edgeKinds } from '../edges.ts'
import { manifestStatus, type ParsedManifestTable } from './parsed-manifests.ts'

/**
 * Every known digest as a number (its node), and the edges from it. It grows as manifests are read.
 * Half a million blobs fit in some 60 MB, because none of them is an object.
 */
export interface Graph {
  /** The node of a digest, which gets one at the first call. */
  nodeOf(digest: Digest): number
  /** The same for many, in their order: all, or those from one position up to another. */
  nodesOf(digests: PackedDigests, from?: number, to?: number): Int32Array<ArrayBuffer>
  /**
   * Gives another digest of the same bytes the node of the digest that storage keeps. If it has a
   * node already, because storage keeps its bytes under it too, the two nodes are recorded as the
   * same.
   */
  alias(digest: Digest, storedAs: Digest): void
  /** Other nodes of the same bytes: an edge to this node may mean these. */
  sameAs(node: number): readonly number[]
  /** The node of a digest, or -1 when it is unknown. */
  find(digest: Digest): number
  /** The nodes of all digests that begin so, with as many characters as a sha256 digest has. */
  findStarting(start: string): readonly number[]
  digestOf(node: number): Digest
  digestsOf(nodes: readonly number[]): PackedDigests
  readonly size: number
  /** 1 for digests that are on storage. */
  readonly stored: Column
  /** One of `manifestStatus`. */
  readonly status: Column
  /**
   * The size on storage, or else in the first descriptor that was read, which may be wrong; 0 while
   * unknown.
   */
  readonly sizes: Column
  /** 1 for what a repository links, or a manifest lists, as a layer or a configuration. */
  readonly isLeafBlob: Column
  /** The nodes that it is attached to: usually none, or one. */
  subjectsOf(node: number): readonly number[]
  /**
   * Adds manifests that were read, with their edges.
   * @param isManifest whether an opaque one is a manifest for certain (default: yes); what an
   *   arbitrary blob names is not what it leads to
   */
  addParsed(
    nodes: readonly number[],
    found: ParsedManifestTable,
    isManifest?: (node: number) => boolean,
  ): void
  /** Where a node's edges begin and end in the two columns below. */
  edgesFrom(node: number): number
  edgesTo(node: number): number
  readonly edgeTarget: Column
  readonly edgeKind: Column
  /** How many bytes the descriptor behind an edge says that its target has, or `unknownSize`. */
  readonly edgeSize: Column
  /** Adds what another graph, with the same nodes, knows of a manifest that was read for it. */
  addKnown(node: number, from: Graph): void
  /** The same nodes and edges, in a graph that grows by itself. */
  copy(): Graph
  /** The same nodes, and which are stored, as if no manifest had been read yet. */
  copyUnread(): Graph
}

/** What a graph consists of. */
interface GraphParts {
  readonly digests: DigestTable
  readonly stored: Column
  readonly status: Column
  readonly sizes: Column
  readonly isLeafBlob: Column
  /** The subject's number + 1; 0 for none. */
  readonly subject: Column
  readonly otherSubjects: Map<number, readonly number[]>
  readonly firstEdge: Column
  readonly lastEdge: Column
  readonly edgeTarget: Column
  readonly edgeKind: Column
  readonly edgeSize: Column
  /** Rarely used. */
  readonly same: Map<number, readonly number[]>
}

const nothing: readonly number[] = []

const emptyParts = (): GraphParts => ({
  digests: createDigestTable(),
  stored: createByteColumn(),
  status: createByteColumn(),
  sizes: createSizeColumn(),
  isLeafBlob: createByteColumn(),
  subject: createNumberColumn(),
  otherSubjects: new Map(),
  firstEdge: createNumberColumn(),
  lastEdge: createNumberColumn(),
  edgeTarget: createNumberColumn(),
  edgeKind: createByteColumn(),
  edgeSize: createSizeColumn(),
  same: new Map(),
})

export const createGraph = (): Graph => graphOf(emptyParts())

const copyOf = (parts: GraphParts): GraphParts => ({
  digests: parts.digests.copy(),
  stored: parts.stored.copy(),
  status: parts.status.copy(),
  sizes: parts.sizes.copy(),
  isLeafBlob: parts.isLeafBlob.copy(),
  subject: parts.subject.copy(),
  otherSubjects: new Map(parts.otherSubjects),
  firstEdge: parts.firstEdge.copy(),
  lastEdge: parts.lastEdge.copy(),
  edgeTarget: parts.edgeTarget.copy(),
  edgeKind: parts.edgeKind.copy(),
  edgeSize: parts.edgeSize.copy(),
  same: new Map(parts.same),
})

function graphOf(parts: GraphParts): Graph {
  const { digests, stored, status, sizes, isLeafBlob, subject, otherSubjects } = parts
  const { firstEdge, lastEdge, edgeTarget, edgeKind, edgeSize, same } = parts
  const sameAs = (node: number): readonly number[] => same.get(node) ?? nothing

  function nodesOf(packed: PackedDigests, from = 0, to = countOf(packed)): Int32Array<ArrayBuffer> {
    const nodes = new Int32Array(to - from)
    for (const [position, digest] of packed.others) {
      // Plus one, so that it differs from nodes that are not set yet.
      if (position >= from && position < to) nodes[position - from] = digests.add(digest) + 1
    }
    for (let position = 0; position < nodes.length; position += 1) {
      const other = nodes[position] ?? 0
      const at = (from + position) * wordsInDigest
      nodes[position] = other > 0 ? other - 1 : digests.addWords(packed.words, at)
    }
    return nodes
  }

  function addEdge(target: number, kind: number, size: number): void {
    edgeTarget.push(target)
    edgeKind.push(kind)
    edgeSize.push(size)
    if (sizes.get(target) === 0 && size > 0) sizes.set(target, size)
    if (kind < edgeKinds.manifest) isLeafBlob.set(target, 1)
  }

  function addEdges({ targets, targetKinds, targetSizes }: ParsedManifestTable): void {
    let position = 0
    for (const target of nodesOf(targets)) {
      addEdge(target, targetKinds[position] ?? 0, targetSizes[position] ?? 0)
      position += 1
    }
  }

  function attach(node: number, to: number): void {
    const first = subject.get(node)
    if (first === 0) subject.set(node, to + 1)
    else if (first !== to + 1) otherSubjects.set(node, [...(otherSubjects.get(node) ?? []), to])
  }

  return {
    nodeOf: digests.add,
    nodesOf,
    alias(digest, storedAs) {
      const own = digests.find(digest)
      const target = digests.add(storedAs)
      if (own < 0) digests.alias(digest, target)
      else if (own !== target) same.set(own, [...sameAs(own), target])
    },
    sameAs,
    find: digests.find,
    findStarting: digests.findStarting,
    digestOf: digests.digestOf,
    digestsOf: digests.packed,
    get size() {
      return digests.size
    },
    stored,
    status,
    sizes,
    isLeafBlob,
    subjectsOf(node) {
      const first = subject.get(node) - 1
      return first < 0 ? [] : [first, ...(otherSubjects.get(node) ?? [])]
    },
    addParsed(nodes, found, isManifest = () => true) {
      const before = edgeTarget.length
      let first = before
      for (const [position, node] of nodes.entries()) {
        const told = found.kinds[position] ?? manifestStatus.missing
        const isBlob = told === manifestStatus.opaque && !isManifest(node)
        const kind = isBlob ? manifestStatus.unreadable : told
        status.set(node, kind)
        const last = before + (found.ends[position] ?? 0)
        if (
          kind === manifestStatus.image ||
          kind === manifestStatus.index ||
          kind === manifestStatus.opaque
        ) {
          sizes.set(node, found.sizes[position] ?? 0)
          firstEdge.set(node, first)
          lastEdge.set(node, last)
        }
        first = last
      }
      addEdges(found)
      for (const [position, digest] of found.subjects) {
        const node = nodes[position]
        if (node === undefined || status.get(node) === manifestStatus.unreadable) continue
        attach(node, digests.add(digest))
      }
    },
    addKnown(node, from) {
      status.set(node, from.status.get(node))
      sizes.set(node, from.sizes.get(node))
      firstEdge.set(node, edgeTarget.length)
      for (let edge = from.edgesFrom(node); edge < from.edgesTo(node); edge += 1) {
        addEdge(from.edgeTarget.get(edge), from.edgeKind.get(edge), from.edgeSize.get(edge))
      }
      lastEdge.set(node, edgeTarget.length)
      for (const to of from.subjectsOf(node)) attach(node, to)
    },
    edgesFrom: firstEdge.get,
    edgesTo: lastEdge.get,
    edgeTarget,
    edgeKind,
    edgeSize,
    copy: () => graphOf(copyOf(parts)),
    copyUnread: () =>
      graphOf({
        ...emptyParts(),
        digests: digests.copy(),
        stored: stored.copy(),
        same: new Map(same),
      }),
  }
}

/** Whether a node was read as a manifest and understood. */
export function isManifestNode(graph: Graph, node: number): boolean {
  const status = graph.status.get(node)
  return status === manifestStatus.image || status === manifestStatus.index
}
