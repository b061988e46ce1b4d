import type { Graph } from '#graph/packed/packed-graph.ts'
import { edgeKinds } from '#graph/edges.ts'
import { manifestStatus } from '#graph/packed/parsed-manifests.ts'
import type { Yielder } from '../yielder.ts'
import type { RegistryReader } from '../ports/registry-reader.ts'
import { manifestsInSlice, readInSlices, readOrFail } from './read-or-fail.ts'

/** What was read earlier, of manifests that are the same now. */
export interface KnownManifests {
  /** With the same nodes. */
  readonly graph: Graph
  readonly unreadable: ReadonlyMap<number, string>
  /** Whether what it tells of a node still holds. */
  holds(node: number): boolean
}

/**
 * Reads these manifests and all that they lead to, each once. Returns why some were not understood,
 * or are odd.
 * @param areManifests whether these are manifests for certain; else they may be blobs of any kind
 * @param known need not be read again
 */
export async function readManifests(
  reader: Pick<RegistryReader, 'manifests'>,
  graph: Graph,
  nodes: Iterable<number>,
  areManifests: boolean,
  yielder: Yielder,
  known?: KnownManifests,
): Promise<Map<number, string>> {
  const unreadable = new Map<number, string>()
  const asked = new Set<number>()
  let wanted: Iterable<number> = nodes
  /**
   * Nodes listed as manifests: what an index lists otherwise may be a manifest or not. Null: all of
   * them are.
   */
  let surely: Set<number> | null = areManifests ? null : new Set()

  function* unasked(): Generator<number> {
    for (const node of wanted) {
      if (asked.has(node) || graph.status.get(node) !== manifestStatus.unread) continue
      asked.add(node)
      yield node
    }
  }

  let listed: number[] = []
  let listedSurely = new Set<number>()

  function noteListed(node: number): void {
    for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
      const kind = graph.edgeKind.get(edge)
      const target = graph.edgeTarget.get(edge)
      if (kind >= edgeKinds.manifest) listed.push(target)
      if (kind === edgeKinds.manifest) listedSurely.add(target)
    }
  }

  /** Returns the others. */
  async function addKnown(earlier: KnownManifests): Promise<readonly number[]> {
    const others: number[] = []
    for (const node of unasked()) {
      if (earlier.holds(node)) {
        graph.addKnown(node, earlier.graph)
        const reason = earlier.unreadable.get(node)
        if (reason !== undefined) unreadable.set(node, reason)
        noteListed(node)
      } else others.push(node)
      const pending = yielder.step()
      if (pending) await pending
    }
    return others
  }

  for (;;) {
    listed = []
    listedSurely = new Set()
    const before = asked.size
    const isManifest = (node: number) => surely === null || surely.has(node)
    await readInSlices(
      known ? await addKnown(known) : unasked(),
      manifestsInSlice,
      async (slice) => {
        const found = await readOrFail('STORAGE_FAILED', 'reading manifests', () =>
          reader.manifests({
            digests: graph.digestsOf(slice),
            listed: Uint8Array.from(slice, graph.stored.get),
          }),
        )
        graph.addParsed(slice, found, isManifest)
        for (const [position, reason] of found.reasons) {
          const node = slice[position]
          if (node !== undefined) unreadable.set(node, reason)
        }
        for (const node of slice) noteListed(node)
        await yielder.step(slice.length)
      },
    )
    if (asked.size === before) return unreadable
    wanted = listed
    surely = listedSurely
  }
}
