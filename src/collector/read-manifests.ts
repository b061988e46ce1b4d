import { whenKnown } from '#domain/awaitable.ts'
import type { Graph } from './graph.ts'
import { edgeKinds, readings } from './manifest-readings.ts'
import type { Pace } from './pace.ts'
import type { RegistryReader } from './ports.ts'
import { readingInSlices, readingSome } from './reading.ts'

/** Reads these manifests and all that they lead to, each once. Returns what was not understood, or is odd. */
export async function readManifests(
  reader: RegistryReader,
  graph: Graph,
  nodes: Iterable<number>,
  pace: Pace,
): Promise<Map<number, string>> {
  const unreadable = new Map<number, string>()
  const asked = new Set<number>()
  let wanted: Iterable<number> = nodes

  function* unasked(): Generator<number> {
    for (const node of wanted) {
      if (asked.has(node) || graph.reading.get(node) !== readings.unread) continue
      asked.add(node)
      yield node
    }
  }

  for (;;) {
    const listed: number[] = []
    const before = asked.size
    await readingInSlices(unasked(), (slice) => {
      const reads = readingSome('STORAGE_FAILED', 'reading manifests', () =>
        reader.manifests({
          digests: graph.digestsOf(slice),
          listed: Uint8Array.from(slice, graph.stored.get),
        }),
      )
      return whenKnown(reads, (found) => {
        graph.learn(slice, found)
        for (const [position, reason] of found.reasons) {
          const node = slice[position]
          if (node !== undefined) unreadable.set(node, reason)
        }
        for (const node of slice) {
          for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
            if (graph.edgeKind.get(edge) >= edgeKinds.manifest) {
              listed.push(graph.edgeTarget.get(edge))
            }
          }
        }
        return pace.step(slice.length)
      })
    })
    if (asked.size === before) return unreadable
    wanted = listed
  }
}
