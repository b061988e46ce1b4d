import { describe, expect, it } from 'vitest'
import { image, index } from '#testing/gc/model-images.ts'
import { digestNamed } from '#testing/gc/model-registry.ts'
import { digestOf } from '#domain/values/digest.ts'
import { createGraph } from './packed-graph.ts'
import { edgeKinds } from '../edges.ts'
import { packParsedManifests, manifestStatus, type ManifestReadResult } from './parsed-manifests.ts'

const otherDigest = digestOf('sha512', 'c'.repeat(128))
const reading = (manifest: ReturnType<typeof image>, sizeBytes: number): ManifestReadResult => ({
  kind: 'manifest',
  manifest,
  sizeBytes,
})

/**
 * What a graph has learned of a manifest: what it leads to, how, and how large that is said to be.
 */
function edgesOf(graph: ReturnType<typeof createGraph>, node: number) {
  const edges = []
  for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
    edges.push([graph.digestOf(graph.edgeTarget.get(edge)), graph.edgeKind.get(edge)])
  }
  return edges
}

describe('a table of parsed manifests', () => {
  it('gives a graph what each manifest lists, next to any other manifest', () => {
    const first = image(['z'])
    if (first.kind !== 'image') throw new Error('an image')
    const withOther = {
      ...first,
      layers: [...first.layers, { mediaType: 'x', digest: otherDigest, sizeBytes: 7 }],
      subject: { mediaType: 'y', digest: digestNamed('S'), sizeBytes: 1 },
    }
    const graph = createGraph()
    const nodes = ['A', 'M', 'I', 'U', 'B'].map((name) => graph.nodeOf(digestNamed(name)))
    graph.addParsed(
      nodes,
      packParsedManifests([
        reading(image(['a', 'x']), 100),
        { kind: 'missing' },
        { kind: 'manifest', manifest: index(['A', 'B']), sizeBytes: 50 },
        { kind: 'unreadable', reason: 'torn' },
        { kind: 'manifest', manifest: withOther, sizeBytes: 70 },
      ]),
    )
    const [a = -1, m = -1, i = -1, u = -1, b = -1] = nodes
    expect(nodes.map(graph.status.get)).toEqual([
      manifestStatus.image,
      manifestStatus.missing,
      manifestStatus.index,
      manifestStatus.unreadable,
      manifestStatus.image,
    ])
    expect(edgesOf(graph, a).map(([digest]) => digest)).toEqual(
      expect.arrayContaining([digestNamed('a'), digestNamed('x')]),
    )
    expect(edgesOf(graph, m)).toEqual([])
    expect(edgesOf(graph, i)).toEqual([
      [digestNamed('A'), edgeKinds.manifest],
      [digestNamed('B'), edgeKinds.manifest],
    ])
    expect(edgesOf(graph, u)).toEqual([])
    expect(edgesOf(graph, b).at(-1)).toEqual([otherDigest, edgeKinds.layer])
    expect(graph.sizes.get(graph.find(otherDigest))).toBe(7)
    // Their own sizes, not those that the index states.
    expect([a, i, b].map(graph.sizes.get)).toEqual([100, 50, 70])
    expect(graph.subjectsOf(b ?? -1)).toEqual([graph.find(digestNamed('S'))])
    expect([a, m, i, u].map((node) => graph.subjectsOf(node ?? -1))).toEqual([[], [], [], []])
  })
})
