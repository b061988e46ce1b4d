import { image, index, link, softDelete, store, tag } from '#testing/gc/model-images.ts'
import { createModelRegistry, digestNamed, nameOf } from '#testing/gc/model-registry.ts'
import { describe, expect, it } from 'vitest'
import { isManifestNode } from '#graph/packed/packed-graph.ts'
import { manifestStatus } from '#graph/packed/parsed-manifests.ts'
import { takeInventory } from './inventory.ts'

const yielder = { step: () => null }

describe('an inventory', () => {
  it('looks at blobs before links, and at the trash before and after links', async () => {
    const registry = createModelRegistry()
    const order: string[] = []
    const reader: typeof registry.reader = {
      ...registry.reader,
      blobs: () => (order.push('blobs'), registry.reader.blobs()),
      repositories: () => (order.push('repositories'), registry.reader.repositories()),
      trash: () => (order.push('trash'), registry.reader.trash()),
    }
    await takeInventory(reader, 0, yielder)
    expect(order).toEqual(['blobs', 'trash', 'repositories', 'trash'])
  })

  it('is the same in every order in which storage lists things', async () => {
    const seen = new Set<string>()
    for (const turned of [false, true]) {
      const registry = createModelRegistry({
        shuffle: (items) => (turned ? items.toReversed() : items),
      })
      store(registry, { A: image(['a', 'x']), B: image(['b', 'x']), I: index(['A']) })
      tag(registry, 'two:1', 'B')
      tag(registry, 'one:1', 'I')
      tag(registry, 'one:2', 'A')
      const inventory = await takeInventory(registry.reader, 0, yielder)
      expect(inventory.repositories.map(({ name }) => name)).toEqual(['one', 'two'])
      const { graph } = inventory
      const nodes = Array.from({ length: graph.size }, (_, node) => node)
      seen.add(
        JSON.stringify(
          nodes
            .map((node) =>
              [nameOf(graph.digestOf(node)), graph.stored.get(node), graph.status.get(node)].join(
                ' ',
              ),
            )
            .toSorted(),
        ),
      )
    }
    expect(seen.size).toBe(1)
  })

  it('reads no layer as a manifest', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['a', 'x']) })
    tag(registry, 'team/app:1', 'A')
    await takeInventory(registry.reader, 0, yielder)
    expect([...registry.reads.keys()].map(nameOf)).toEqual(['A'])
  })

  it('knows a repository that only its trash tells of', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['a']) })
    tag(registry, 'team/app:1', 'A')
    softDelete(registry, 'team/app', ['A'])
    registry.repositories.delete('team/app')
    const { repositories } = await takeInventory(registry.reader, 0, yielder)
    expect(repositories).toMatchObject([{ name: 'team/app', tags: [], faults: [] }])
  })

  it('knows a blob once that a listing gives twice', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['a']) })
    const reader: typeof registry.reader = {
      ...registry.reader,
      async *blobs() {
        yield* registry.reader.blobs()
        yield* registry.reader.blobs()
      },
    }
    const { graph } = await takeInventory(reader, 0, yielder)
    const nodes = Array.from({ length: graph.size }, (_, node) => node)
    expect(nodes.filter((node) => graph.stored.get(node) === 1)).toHaveLength(2)
  })

  it('does not hang on indexes that list each other, and reads each once', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['a']), I: index(['J', 'I']), J: index(['I', 'A']) })
    registry.repository('team/app').revisions.set(digestNamed('I'), 0)
    const { graph } = await takeInventory(registry.reader, 0, yielder)
    expect(isManifestNode(graph, graph.find(digestNamed('A')))).toBe(true)
    expect([...registry.reads.values()]).toEqual([1, 1, 1])
  })

  it('tells a manifest that is missing from one that is not understood', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['a']) })
    for (const letter of 'AMU') {
      registry.repository('team/app').revisions.set(digestNamed(letter), 0)
    }
    registry.blobs.set(digestNamed('U'), { sizeBytes: 1, modifiedAtMs: 0, manifest: 'truncated' })
    const { graph, unreadable } = await takeInventory(registry.reader, 0, yielder)
    const statusOf = (name: string) => graph.status.get(graph.find(digestNamed(name)))
    expect([statusOf('A'), statusOf('M'), statusOf('U')]).toEqual([
      manifestStatus.image,
      manifestStatus.missing,
      manifestStatus.unreadable,
    ])
    expect(unreadable).toEqual(new Map([[graph.find(digestNamed('U')), 'truncated']]))
  })

  it('goes through an index chain that is ten thousand deep', async () => {
    const registry = createModelRegistry()
    const depth = 10_000
    for (let level = 0; level < depth; level += 1) {
      store(registry, { [`I${level}`]: index(level + 1 < depth ? [`I${level + 1}`] : []) })
    }
    link(registry, 'deep', digestNamed(`I${depth - 1}`))
    registry.repository('deep').revisions.set(digestNamed('I0'), 0)
    const { graph } = await takeInventory(registry.reader, 0, yielder)
    expect(graph.size).toBe(depth)
  })
})
