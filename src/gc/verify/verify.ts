import type { FoundBroken, Verification } from '#domain/collection/collection-result.ts'
import { flawWords } from '#domain/values/flaw-words.ts'
import { isManifestNode, type Graph } from '#graph/packed/packed-graph.ts'
import { findFlaws, type BlobFlaws, type TagCheck } from './find-flaws.ts'
import { flawOfEdge } from '#graph/algorithms/flaw-of-edge.ts'
import { edgeKinds, edgeRules, type EdgeKind } from '#graph/edges.ts'
import { manifestStatus, unknownSize } from '#graph/packed/parsed-manifests.ts'
import { takeInventory, type Inventory, type InventoryRepository } from '../inventory/inventory.ts'
import { createLinks, type Links } from './links.ts'
import { parentsFirst } from '#graph/packed/parents-first.ts'
import { createYielder, type Yielder } from '../yielder.ts'
import type { Clock, Pause, StopSignal } from '#domain/time/clock.ts'
import type { ClientPriority } from '../ports/client-priority.ts'
import type { RegistryReader } from '../ports/registry-reader.ts'
import { createWalker, noAttachments, type Walker } from '#graph/packed/walker.ts'

export interface VerifyOptions extends Omit<TagCheck, 'yielder' | 'isGone'> {
  readonly clock: Clock
  readonly pause: Pause
  readonly signal?: StopSignal
  /** Gives requests of clients priority. Default: none. */
  readonly clientPriority?: ClientPriority
}

/**
 * Checks every tag of a store from scratch: all manifests readable, every blob on storage with the
 * size that its descriptor says; with `storedDigest`, also with the bytes that its digest says.
 * Rejects with `CollectionError` when storage fails, and with `CollectionStopped` when stopped.
 */
export async function verifyStore(options: VerifyOptions): Promise<Verification> {
  const { clock, pause, signal, clientPriority } = options
  const over = () => (signal?.aborted ? 'stopped' : null)
  const yielder = createYielder({ clock, pause, over, clientPriority })
  const { reader } = options
  // The cache does not count: each manifest is read from storage.
  const uncached: RegistryReader = {
    ...reader,
    manifests: ({ digests, listed }) =>
      reader.manifests({ digests, listed: new Uint8Array(listed.length) }),
  }
  const inventory = await takeInventory(uncached, clock.nowMs(), yielder)
  return verifyTags(inventory, { ...options, yielder, isGone: () => false })
}

const brokenListed = 100

/**
 * Checks that every tag of an inventory resolves to whole images, as its repository serves them.
 */
export async function verifyTags(inventory: Inventory, check: TagCheck): Promise<Verification> {
  const { graph } = inventory
  const walker = createWalker(graph)
  const needed = await neededByTags(inventory, walker, check.yielder)
  const found = await findFlaws(needed, inventory, check)
  const links = createLinks(graph)
  let tags = 0
  let wholeTags = 0
  let absentPlatforms = 0
  const broken: FoundBroken[] = []
  const unread: { repository: string; reason: string }[] = []
  for (const repository of inventory.repositories) {
    for (const { isUnreadable, reason } of repository.faults) {
      if (isUnreadable && unread.length < brokenListed) {
        unread.push({ repository: repository.name, reason })
      }
    }
    await links.begin(repository, check.yielder)
    // A repository that hides its content may have what seems to be absent.
    const hides = repository.faults.some(({ hidesContent }) => hidesContent)
    const absent = check.acceptSparseIndexes && !hides ? new Set<number>() : null
    const flaws = await flawsIn(repository, {
      graph,
      walker,
      found,
      links,
      absent,
      yielder: check.yielder,
    })
    absentPlatforms += absent?.size ?? 0
    const trashed = nodesInTrash(inventory, repository.name)
    for (const { name, node } of repository.tags) {
      const reason = flawOfTag(node, graph, links, flaws)
      if (reason !== null && node !== null && trashed.has(node)) {
        // Deleted between reading the tags and reading the manifests: no tag any more.
        const linked = await check.reader.linkedAtMs(repository.name, graph.digestOf(node))
        if (linked === null) continue
      }
      tags += 1
      if (reason === null) wholeTags += 1
      else if (broken.length < brokenListed) {
        const digest = node === null ? {} : { digest: graph.digestOf(node) }
        broken.push({ repository: repository.name, tag: name, ...digest, reason })
      }
      const pending = check.yielder.step()
      if (pending) await pending
    }
  }
  return {
    tags,
    wholeTags,
    broken,
    ...(unread.length > 0 ? { unread } : {}),
    ...(absentPlatforms > 0 ? { absentPlatforms } : {}),
  }
}

const nodesInTrash = ({ trash }: Inventory, repository: string): ReadonlySet<number> =>
  new Set(
    trash.flatMap(({ contents, nodes }) => (contents.repository === repository ? [...nodes] : [])),
  )

function flawOfTag(
  node: number | null,
  graph: Graph,
  links: Links,
  flaws: ReadonlyMap<number, string>,
): string | null {
  if (node === null) return 'its link cannot be read'
  return flaws.get(node) ?? (links.isManifest(node) ? null : notLinked(graph, node))
}

/** Everything that the tags of all repositories lead to, each once. */
async function neededByTags(
  { repositories }: Inventory,
  walker: Walker,
  yielder: Yielder,
): Promise<readonly number[]> {
  const needed: number[] = []
  walker.begin(noAttachments)
  for (const { tags } of repositories) {
    for (const tag of tags) {
      if (tag.node !== null) walker.add(tag.node)
      for (let node = walker.next(); node >= 0; node = walker.next()) {
        needed.push(node)
        const pending = yielder.step()
        if (pending) await pending
      }
    }
  }
  return needed
}

interface RepositoryCheck {
  readonly graph: Graph
  readonly walker: Walker
  readonly found: BlobFlaws
  readonly links: Links
  /** Collects what indexes list and the repository does not link; null: that is a flaw. */
  readonly absent: Set<number> | null
  readonly yielder: Yielder
}

/** The flaw of each manifest that a tag of a repository leads to, where it has one. */
async function flawsIn(
  { tags }: InventoryRepository,
  check: RepositoryCheck,
): Promise<ReadonlyMap<number, string>> {
  const { graph, walker, found, yielder } = check
  const flaws = new Map<number, string>()
  const manifests: number[] = []
  walker.begin(noAttachments)
  for (const tag of tags) {
    if (tag.node === null) continue
    walker.add(tag.node)
    const flaw = found.flaws.get(tag.node) ?? unreadable(graph, tag.node)
    if (flaw !== undefined) flaws.set(tag.node, flaw)
  }
  for (let node = walker.next(); node >= 0; node = walker.next()) {
    if (isManifestNode(graph, node)) manifests.push(node)
    const pending = yielder.step()
    if (pending) await pending
  }
  // Innermost first, so that a flaw is known before what contains it is checked.
  for (const node of parentsFirst(graph, manifests, noAttachments).toReversed()) {
    const flaw = found.flaws.get(node) ?? flawWithin(node, flaws, check)
    if (flaw !== undefined) flaws.set(node, flaw)
    const pending = yielder.step()
    if (pending) await pending
  }
  return flaws
}

function unreadable(graph: Graph, node: number): string | undefined {
  const status = graph.status.get(node)
  return status === manifestStatus.unreadable || status === manifestStatus.opaque
    ? flawWords.unreadable(graph.digestOf(node))
    : undefined
}

function flawWithin(
  node: number,
  flaws: ReadonlyMap<number, string>,
  check: RepositoryCheck,
): string | undefined {
  const { graph, found, links, absent } = check
  for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
    const target = graph.edgeTarget.get(edge)
    const kind = graph.edgeKind.get(edge) as EdgeKind
    const isManifest =
      kind === edgeKinds.manifest ||
      (edgeRules[kind].target === 'either' && links.isManifest(target))
    const isLinked = isManifest ? links.isManifest(target) : links.isBlob(target)
    // An unlinked manifest is checked too, and what it lists is no part of this repository.
    if (absent && kind === edgeKinds.manifest && !isLinked && links.isManifest(node)) {
      absent.add(target)
    }
    const expectedBytes = graph.edgeSize.get(edge)
    const ofTarget =
      found.flaws.get(target) ??
      (isManifest ? (unreadable(graph, target) ?? flaws.get(target)) : undefined)
    const flaw = flawOfEdge(
      {
        kind,
        target,
        expectedBytes: expectedBytes === unknownSize ? null : expectedBytes,
        isLinked,
        isStored: graph.stored.get(target) === 1,
        sizeBytes: found.sizes.get(target) ?? null,
        flaw: ofTarget ?? null,
      },
      graph.digestOf,
      absent !== null,
    )
    if (flaw !== null) return flaw
  }
  return undefined
}

const notLinked = (graph: Graph, node: number): string => flawWords.notLinked(graph.digestOf(node))
