import type { Verification } from '#domain/collection-result.ts'
import type { Digest } from '#domain/digest.ts'
import { isManifestNode, type Graph } from './graph.ts'
import { edgeKinds, readings } from './manifest-readings.ts'
import { takeInventory, type Inventory } from './inventory.ts'
import { outermostFirst } from './nesting.ts'
import { createPace, type Pace } from './pace.ts'
import type { Clock, Courtesy, Pause, RegistryReader, StopSignal } from './ports.ts'
import { reading, readingInSlices, readingSome } from './reading.ts'
import { createWalker, noAttachments } from './walker.ts'

export interface VerifyOptions {
  readonly reader: RegistryReader
  readonly clock: Clock
  readonly pause: Pause
  readonly signal?: StopSignal
  /** Reads a blob whole, step by step, and says what its bytes are; null where it is gone. */
  readonly storedDigest?: (digest: Digest, pace: Pace) => Promise<Digest | null>
  /** How many of the blobs that tags lead to have been looked at. */
  readonly onProgress?: (done: number, total: number) => void
  /** Who goes first. Default: nobody. */
  readonly courtesy?: Courtesy
}

/**
 * Checks every tag of a store from scratch: all manifests readable, every blob on storage with the
 * size that its descriptor says; with `storedDigest`, also with the bytes that its digest says.
 * Rejects with `CollectionError` when storage fails, and with `Interruption` when stopped.
 */
export async function verifyStore(options: VerifyOptions): Promise<Verification> {
  const { clock, pause, signal, courtesy } = options
  const over = () => (signal?.aborted ? 'stopped' : null)
  const pace = createPace({ clock, pause, over, courtesy })
  const { reader } = options
  // What was seen before does not count: each manifest is read from storage.
  const anew: RegistryReader = {
    ...reader,
    manifests: ({ digests, listed }) =>
      reader.manifests({ digests, listed: new Uint8Array(listed.length) }),
  }
  const inventory = await takeInventory(anew, clock.nowMs(), pace)
  return verifyTags(inventory, { ...options, pace, isGone: () => false, isSuspect: () => true })
}

export interface TagCheck extends Pick<VerifyOptions, 'reader' | 'storedDigest' | 'onProgress'> {
  readonly pace: Pace
  /** Whether a blob that the inventory found has been removed since. */
  readonly isGone: (node: number) => boolean
  /** Which blobs to look at on storage again. */
  readonly isSuspect: (node: number) => boolean
}

const brokenListed = 100

/** Checks that every tag of an inventory resolves to whole images. */
export async function verifyTags(inventory: Inventory, check: TagCheck): Promise<Verification> {
  const flaws = await findFlaws(inventory, check)
  let tags = 0
  let wholeTags = 0
  const broken: { repository: string; tag: string; reason: string }[] = []
  for (const repository of inventory.repositories) {
    const linked = new Set(repository.revisions)
    const trashed = nodesInTrash(inventory, repository.name)
    for (const { name, node } of repository.tags) {
      // Deleted between the look at the tags and the look at the manifests: no tag any more.
      if (node !== null && !linked.has(node) && trashed.has(node)) continue
      tags += 1
      let reason: string | undefined
      if (node === null) reason = 'its link cannot be read'
      else if (!linked.has(node)) reason = `${inventory.graph.digestOf(node)} is not linked`
      reason = (node === null ? undefined : flaws.get(node)) ?? reason
      if (reason === undefined) wholeTags += 1
      else if (broken.length < brokenListed) {
        broken.push({ repository: repository.name, tag: name, reason })
      }
      const rest = check.pace.step()
      if (rest) await rest
    }
  }
  return { tags, wholeTags, broken }
}

const nodesInTrash = ({ trash }: Inventory, repository: string): ReadonlySet<number> =>
  new Set(
    trash.flatMap(({ contents, nodes }) => (contents.repository === repository ? [...nodes] : [])),
  )

/** What is wrong with each manifest that a tag leads to, for those with which something is. */
async function findFlaws(
  inventory: Inventory,
  check: TagCheck,
): Promise<ReadonlyMap<number, string>> {
  const { graph } = inventory
  const { pace } = check
  const walker = createWalker(graph)
  const needed: number[] = []
  const manifests: number[] = []
  walker.begin(noAttachments)
  for (const { tags } of inventory.repositories) {
    for (const tag of tags) {
      if (tag.node !== null) walker.add(tag.node)
      for (let node = walker.next(); node >= 0; node = walker.next()) {
        needed.push(node)
        if (graph.reading.get(node) !== readings.unread) manifests.push(node)
        const rest = pace.step()
        if (rest) await rest
      }
    }
  }
  const { flaws, sizes } = await lookFor(needed, inventory, check)
  for (const node of manifests) {
    if (graph.reading.get(node) === readings.unreadable && !isPlainEntry(walker.edgeOf(node))) {
      flaws.set(node, `${graph.digestOf(node)} cannot be read as a manifest`)
    }
  }
  // Innermost first, so that a flaw is known before what contains it is looked at.
  for (const node of outermostFirst(graph, manifests, noAttachments).toReversed()) {
    const flaw = flaws.get(node) ?? flawWithin(graph, node, flaws, sizes)
    if (flaw !== undefined) flaws.set(node, flaw)
    const rest = pace.step()
    if (rest) await rest
  }
  return flaws
}

const isPlainEntry = (edge: number): boolean => edge !== 0 && edge !== edgeKinds.manifest

function flawWithin(
  graph: Graph,
  node: number,
  flaws: ReadonlyMap<number, string>,
  sizes: ReadonlyMap<number, number>,
): string | undefined {
  for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
    const target = graph.edgeTarget.get(edge)
    const isForeign = graph.edgeKind.get(edge) === edgeKinds.foreignLayer
    if (isForeign && graph.stored.get(target) === 0) continue
    const flaw = flaws.get(target)
    if (flaw !== undefined) return flaw
    const size = sizes.get(target)
    const expected = graph.edgeSize.get(edge)
    if (size !== undefined && size !== expected) return wrongSize(graph, target, size, expected)
  }
  return undefined
}

const wrongSize = (graph: Graph, node: number, size: number, expected: number): string =>
  `${graph.digestOf(node)} has ${size} bytes instead of ${expected}`

interface Found {
  /** By what is needed: why nobody can have it. */
  readonly flaws: Map<number, string>
  /**
   * How long it is, as far as somebody looked. What that is compared with is each descriptor's own
   * word: one that lies about a layer must not make other images look broken.
   */
  readonly sizes: ReadonlyMap<number, number>
}

/** Looks for what is needed, and at how long it is. */
async function lookFor(
  needed: readonly number[],
  { graph }: Inventory,
  { reader, pace, isGone, isSuspect, storedDigest, onProgress }: TagCheck,
): Promise<Found> {
  const flaws = new Map<number, string>()
  const sizes = new Map<number, number>()
  let looked = 0

  /** Reads one that is there to its end. */
  async function readWhole(
    node: number,
    read: NonNullable<TagCheck['storedDigest']>,
  ): Promise<void> {
    const digest = graph.digestOf(node)
    const actual = await reading('STORAGE_FAILED', `reading ${digest}`, () => read(digest, pace))
    if (actual === null) flaws.set(node, `${digest} is missing`)
    else if (actual !== digest) {
      flaws.set(node, `${digest} has other content: its bytes are ${actual}`)
    }
  }

  async function lookAt(slice: readonly number[]): Promise<void> {
    // What was pushed after the blobs were listed, and before the tags were, is there all the same.
    const suspects = slice.filter((node) => {
      if (!isGone(node)) return graph.stored.get(node) === 0 || isSuspect(node)
      flaws.set(node, `${graph.digestOf(node)} was removed`)
      return false
    })
    const found = await readingSome('STORAGE_FAILED', 'looking for blobs', () =>
      reader.look(graph.digestsOf(suspects)),
    )
    const sizeOf = new Map(suspects.map((node, position) => [node, found.sizes[position] ?? -1]))
    for (const node of slice) {
      const size = sizeOf.get(node)
      if (size === -1) flaws.set(node, `${graph.digestOf(node)} is missing`)
      else if (size !== undefined) {
        sizes.set(node, size)
        if (storedDigest) await readWhole(node, storedDigest)
      }
      looked += 1
      onProgress?.(looked, needed.length)
      const rest = pace.step()
      if (rest) await rest
    }
  }

  await readingInSlices(needed, lookAt)
  for (const [node, size] of sizes) {
    const expected = graph.sizes.get(node)
    if (isManifestNode(graph, node) && size !== expected) {
      flaws.set(node, wrongSize(graph, node, size, expected))
    }
  }
  return { flaws, sizes }
}
