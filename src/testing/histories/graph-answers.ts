import { expect } from 'vitest'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { lookAtStore } from '#gc/look.ts'
import { createYielder } from '#gc/yielder.ts'
import { takeInventory } from '#gc/inventory/inventory.ts'
import {
  exclusiveBytes,
  exclusiveBytesOf,
  referenceCountsOf,
} from '#graph/algorithms/exclusive-bytes.ts'
import { unitOfImages } from '#graph/algorithms/image-unit.ts'
import { tagsShowing, visitUses } from '#graph/algorithms/needed-by.ts'
import { layersOf, reachableFrom } from '#graph/algorithms/reachability.ts'
import { shortestTagPath } from '#graph/algorithms/tag-path.ts'
import { subjectsByTag } from '#graph/live/attached-by-tags.ts'
import type { BlobNode } from '#graph/live/blob-table.ts'
import type { RepositoryView } from '#graph/repository-view.ts'
import { createGraphCache, type GraphCache } from '#registry/queries/graph/graph-cache.ts'
import { createRepositoryReader } from '#registry/queries/graph/repository-reader.ts'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import type { TestRegistry } from '../builders/test-registry.ts'
import { repositoryViews } from './repository-views.ts'

const pause = (): Promise<void> => Promise.resolve()

/** Graphs that follow what happens to a registry. */
export function followingGraphs(registry: TestRegistry): GraphCache {
  const objects = objectsOverFiles(registry.storage)
  return createGraphCache({
    objects,
    catalog: registry.catalog,
    openRepositoryReader: () => createRepositoryReader(objects, createDigester),
    changes: { subscribe: registry.onChange },
    clock: registry.clock,
    pause,
  })
}

type Views<Node> = ReadonlyMap<RepositoryName, RepositoryView<Node>>

/** The store as a collection reads it, with the tags that attach something in these graphs. */
async function packedViews(
  { reader, clock }: TestRegistry,
  graphs: Awaited<ReturnType<GraphCache['all']>>,
) {
  const inventory = await takeInventory(reader, clock.nowMs(), createYielder({ clock, pause }))
  const { graph, repositories } = inventory
  const options = { graph, repositories }
  const attaches = (repository: string, tag: string): boolean => {
    const found = graphs.get(repository as RepositoryName)
    const name = [...(found?.tags.keys() ?? [])].find((each) => each === tag)
    return found !== undefined && name !== undefined && subjectsByTag(found, name) !== null
  }
  return {
    graph,
    views: repositoryViews({ ...options, attaches }) as Views<number>,
    byName: repositoryViews(options) as Views<number>,
  }
}

const sorted = (texts: Iterable<string>): readonly string[] => [...texts].toSorted()

/** Every answer about one repository, in digests: two containers give the same. */
async function answersIn<Node>(
  name: RepositoryName,
  views: Views<Node>,
  digestOf: (node: Node) => Digest,
) {
  const view = views.get(name)
  if (view === undefined) return []
  const images = [...view.manifests()].toSorted((a, b) => (digestOf(a) < digestOf(b) ? -1 : 1))
  const digestsOf = (nodes: Iterable<Node>) => sorted(Array.from(nodes, digestOf))
  const withRoles = (roles: ReadonlyMap<Node, string>) =>
    sorted(Array.from(roles, ([node, role]) => `${digestOf(node)} ${role}`))
  const unitOf = (asked: readonly Node[]) => {
    const unit = unitOfImages(view, asked)
    const counts = referenceCountsOf(view, unit.manifests.keys())
    return {
      manifests: withRoles(unit.manifests),
      tags: sorted(unit.tags),
      listedBy: digestsOf(unit.listedBy),
      exclusiveBytes: exclusiveBytes(view, counts),
    }
  }
  const nodes = new Set(images.flatMap((image) => [image, ...view.edgesFrom(image)]))
  const paths: string[] = []
  for (const node of nodes) {
    const path = await shortestTagPath(view, node, pause)
    paths.push(`${digestOf(node)} ${path?.steps.length} ${path?.steps.at(-1)?.as}`)
  }
  const facts = Array.from(nodes, (node) =>
    [
      digestOf(node),
      view.sizeOf(node),
      view.referenceCountOf(node),
      sorted(view.tagsOf(node)),
      digestsOf(view.parentsOf(node)),
    ].join(' '),
  )
  const answers = []
  for (const image of images) {
    const unit = unitOfImages(view, [image])
    const uses: string[] = []
    await visitUses(
      views,
      new Set(view.edgesFrom(image)),
      { repository: name, manifests: unit.manifests },
      ({ repository, manifest, used }) => {
        const showing = views.get(repository)
        const tags = showing ? tagsShowing(showing, manifest) : []
        uses.push([repository, digestOf(manifest), ...digestsOf(used), ...tags].join(' '))
      },
      pause,
    )
    answers.push({
      image: digestOf(image),
      references: view.edgesFrom(image).map(digestOf),
      reachable: withRoles(reachableFrom(view, [image])),
      layers: Array.from(layersOf(view, image), digestOf),
      unit: unitOf([image]),
      exclusiveBytes: exclusiveBytesOf(view, image),
      referrers: digestsOf(new Set(view.referrersOf(image))),
      subjects: digestsOf(view.subjectsOf(image)),
      uses: sorted(uses),
    })
  }
  const together = [images, images.slice(1), images.slice(0, -1), images.slice(0, 2)].map(unitOf)
  return [answers, together, sorted(facts), sorted(paths)]
}

/**
 * A collection keeps what a tag is said to need, because of a tag, and explains it by a path that is
 * no longer: it follows also what is listed and not linked.
 */
async function expectExplained(registry: TestRegistry, live: Views<BlobNode>): Promise<void> {
  const look = await lookAtStore({ ...registry, pause })
  const nodes = new Set(
    Array.from(live.values(), (view) =>
      Array.from(view.manifests(), (manifest) => [manifest, ...view.edgesFrom(manifest)]),
    ).flat(2),
  )
  for (const node of nodes) {
    const paths = await Promise.all(
      Array.from(live.values(), (view) => shortestTagPath(view, node, pause)),
    )
    const lengths = paths.flatMap((path) => path?.steps.length ?? [])
    if (lengths.length === 0) continue
    const explanation = await look.explain(node.digest, defaultCollectionPolicy)
    // A tag can need what is not on storage.
    if (explanation.kind === 'absent') continue
    expect(explanation).toMatchObject({ kind: 'kept', root: { kind: 'tag' } })
    const length = explanation.kind === 'kept' ? explanation.path.length : 0
    expect(length).toBeLessThanOrEqual(Math.min(...lengths))
  }
}

/**
 * Expects the same answers from graphs that followed what happened and from the store as it is
 * read now. Returns how many manifests they were about.
 */
export async function expectSameAnswers(
  registry: TestRegistry,
  cache: GraphCache,
): Promise<number> {
  const graphs = await cache.all()
  const live: Views<BlobNode> = new Map(Array.from(graphs, ([name, { view }]) => [name, view]))
  const { graph, views, byName } = await packedViews(registry, graphs)
  let manifests = 0
  for (const name of new Set([...live.keys(), ...views.keys()])) {
    const followed = await answersIn(name, live, ({ digest }) => digest)
    const isThere = live.has(name) || [...(views.get(name)?.manifests() ?? [])].length > 0
    expect(isThere ? await answersIn(name, views, graph.digestOf) : []).toEqual(followed)
    // A collection keeps at least what is shown as attached.
    for (const image of live.get(name)?.manifests() ?? []) {
      const kept = byName.get(name)?.referrersOf(graph.find(image.digest)) ?? []
      const shown = live.get(name)?.referrersOf(image) ?? []
      const digests = kept.map(graph.digestOf)
      expect(digests).toEqual(expect.arrayContaining(shown.map(({ digest }) => digest)))
      manifests += 1
    }
  }
  await expectExplained(registry, live)
  return manifests
}
