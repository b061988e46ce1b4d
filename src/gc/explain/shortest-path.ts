import type { GcAnalysis } from '../mark/analyze.ts'
import type { EdgeKind } from '#graph/edges.ts'
import type { Yielder } from '../yielder.ts'
import { createWalker } from '#graph/packed/walker.ts'

export interface Path {
  /** The position of the repository that it is in. */
  readonly position: number
  /** From a root to the target, with the kind of the edge that led to each (0 for the root). */
  readonly steps: readonly { readonly node: number; readonly edge: EdgeKind | 0 }[]
}

/**
 * The shortest path from any of the roots to a node, within one repository; of equal paths, that in
 * the first repository by name. Null when no root leads there.
 */
export async function shortestPath(
  { inventory, marking }: GcAnalysis,
  target: number,
  rootsIn: (position: number) => Iterable<number>,
  yielder: Yielder,
): Promise<Path | null> {
  const walker = createWalker(inventory.graph)
  let shortest: Path | null = null
  for (const [position, { attachments }] of marking.repositories.entries()) {
    walker.begin(attachments)
    for (const root of rootsIn(position)) walker.add(root)
    for (let node = walker.next(); node >= 0 && !walker.has(target); node = walker.next()) {
      const pending = yielder.step()
      if (pending) await pending
    }
    if (!walker.has(target)) continue
    const steps = []
    for (let node = target; node >= 0; node = walker.parentOf(node)) {
      steps.unshift({ node, edge: walker.edgeOf(node) as EdgeKind | 0 })
    }
    if (shortest === null || steps.length < shortest.steps.length) shortest = { position, steps }
  }
  return shortest
}
