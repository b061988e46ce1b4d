import { createByteColumn, createNumberColumn } from './growable-column.ts'
import type { Graph } from './packed-graph.ts'
import { edgeKinds } from '../edges.ts'

/** Subject → what is attached to it, in one repository. */
export type Attachments = ReadonlyMap<number, readonly number[]>

export const noAttachments: Attachments = new Map()

/**
 * Walks the graph breadth first, one node at a time, so that callers can yield in between. One
 * walker serves many walks: `begin` resets it at no cost.
 */
export interface Walker {
  begin(attachments: Attachments): void
  /** Queues a node to start from, unless this walk has seen it. */
  add(root: number): void
  /** The next node, its edges queued; -1 when nothing is left. */
  next(): number
  /** Whether this walk has reached the node. */
  has(node: number): boolean
  /** The node that led to a node of this walk, or -1 for a root. */
  parentOf(node: number): number
  /** The kind of the edge that led to it (`edgeKinds`); 0 for a root. */
  edgeOf(node: number): number
}

export function createWalker(graph: Graph): Walker {
  const seenIn = createNumberColumn()
  const parents = createNumberColumn()
  const edges = createByteColumn()
  let queue = createNumberColumn()
  let head = 0
  let walk = 0
  let attached: Attachments = noAttachments

  function reach(node: number, parent: number, edge: number): void {
    if (seenIn.get(node) === walk) return
    seenIn.set(node, walk)
    parents.set(node, parent)
    edges.set(node, edge)
    queue.push(node)
  }

  return {
    begin(attachments) {
      walk += 1
      head = 0
      queue = createNumberColumn()
      attached = attachments
    },
    add: (root) => reach(root, -1, 0),
    next() {
      if (head === queue.length) return -1
      const node = queue.get(head)
      head += 1
      const end = graph.edgesTo(node)
      for (let edge = graph.edgesFrom(node); edge < end; edge += 1) {
        reach(graph.edgeTarget.get(edge), node, graph.edgeKind.get(edge))
      }
      for (const other of graph.sameAs(node)) reach(other, node, edgeKinds.layer)
      for (const artifact of attached.get(node) ?? []) reach(artifact, node, edgeKinds.attached)
      return node
    },
    has: (node) => seenIn.get(node) === walk,
    parentOf: parents.get,
    edgeOf: edges.get,
  }
}

/** Walks to the end without yielding. For a single image, not for a repository. */
export function reachOf(
  walker: Walker,
  roots: Iterable<number>,
  attachments: Attachments,
): number[] {
  const reached: number[] = []
  walker.begin(attachments)
  for (const root of roots) walker.add(root)
  for (let node = walker.next(); node >= 0; node = walker.next()) reached.push(node)
  return reached
}
