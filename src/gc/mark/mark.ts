import { attachmentsIn } from '#graph/packed/attachments.ts'
import { createByteColumn, type Column } from '#graph/packed/growable-column.ts'
import { isManifestNode } from '#graph/packed/packed-graph.ts'
import { edgeKinds } from '#graph/edges.ts'
import { manifestStatus } from '#graph/packed/parsed-manifests.ts'
import type {
  Alias,
  Inventory,
  InventoryEntry,
  InventoryRepository,
} from '../inventory/inventory.ts'
import type { Yielder } from '../yielder.ts'
import type { InventoryFault, TrashContents } from '../ports/registry-reader.ts'
import { createWalker, type Attachments, type Walker } from '#graph/packed/walker.ts'

/** What marking found out about one repository. */
export interface MarkedRepository {
  /** Why everything in it is kept; null for a repository that could be read whole. */
  readonly brokenBy: string | null
  readonly attachments: Attachments
  /** Untagged revisions past the age that the policy allows them. */
  readonly expired: readonly number[]
  /** Layer links that nothing kept in the repository needs. */
  readonly looseLayers: readonly number[]
  /** The same for links by other digests than storage keeps the layers by. */
  readonly looseAliases: readonly Alias[]
}

/**
 * The result of marking: 1 is kept, and 0 on storage is garbage. It must not decide a deletion once
 * something was written that the inventory has not seen.
 */
export interface Marking {
  readonly kept: Column
  /** 1 for layers kept only because something in a repository that links them is unreadable. */
  readonly retainedByBrokenRepository: Column
  /** In the order of the inventory's repositories. */
  readonly repositories: readonly MarkedRepository[]
  /** Identifiers of the trash entries that stay restorable. */
  readonly restorableEntries: ReadonlySet<string>
  readonly faults: readonly InventoryFault[]
  /** A repository hides which manifests it has, so that any manifest may be one of them. */
  readonly manifestsStay: boolean
}

export interface MarkOptions {
  readonly yielder: Yielder
  /**
   * Which untagged manifests of a repository have expired; null: none ever does. It gets those that
   * neither a tag, nor the trash, nor a kept subject leads to.
   */
  readonly expire:
    | ((repository: string, untagged: readonly number[]) => Promise<ReadonlySet<number>>)
    | null
  /** Images that were deleted at or after this instant stay restorable, whatever their time. */
  readonly spareDeletedSinceMs?: number | null | undefined
  /** Called for each repository, with how many there are. */
  readonly report?: (done: number, total: number, repository: string) => void
}

/**
 * Walks from the roots of each repository, because links belong to one repository. Roots are tags,
 * linked manifests that have not expired, and restorable entries of the trash.
 */
export async function mark(inventory: Inventory, options: MarkOptions): Promise<Marking> {
  const entriesOf = entriesByRepository(inventory.trash)
  const marks: Marks = {
    inventory,
    options,
    walker: createWalker(inventory.graph),
    kept: createByteColumn(),
    retainedByBrokenRepository: createByteColumn(),
    restorableEntries: new Set(),
    faults: inventory.repositories.flatMap(({ faults }) => faults),
  }
  const repositories: MarkedRepository[] = []
  for (const repository of inventory.repositories) {
    options.report?.(repositories.length, inventory.repositories.length, repository.name)
    repositories.push(await markRepository(repository, entriesOf.get(repository.name) ?? [], marks))
  }
  const { kept, retainedByBrokenRepository, restorableEntries, faults } = marks
  const manifestsStay = faults.some(({ hidesContent }) => hidesContent)
  return {
    kept,
    retainedByBrokenRepository,
    repositories,
    restorableEntries,
    faults,
    manifestsStay,
  }
}

function entriesByRepository(
  trash: readonly InventoryEntry[],
): ReadonlyMap<string, readonly InventoryEntry[]> {
  const byRepository = new Map<string, InventoryEntry[]>()
  for (const entry of trash) {
    const { repository } = entry.contents
    byRepository.set(repository, [...(byRepository.get(repository) ?? []), entry])
  }
  return byRepository
}

interface Marks {
  readonly inventory: Inventory
  readonly options: MarkOptions
  readonly walker: Walker
  readonly kept: Column
  readonly retainedByBrokenRepository: Column
  readonly restorableEntries: Set<string>
  readonly faults: InventoryFault[]
}

async function markRepository(
  repository: InventoryRepository,
  entries: readonly InventoryEntry[],
  marks: Marks,
): Promise<MarkedRepository> {
  const { inventory, walker } = marks
  const attachments = attachmentsIn(repository, inventory.graph)
  const flaws = new Map<number, string>()
  const oddities = new Map<number, string>()
  const walk = (roots: Iterable<number>): Promise<void> => walkFrom(roots, flaws, oddities, marks)
  const unlisted = repository.faults.find(({ hidesContent }) => hidesContent)

  walker.begin(attachments)
  const spareSinceMs = marks.options.spareDeletedSinceMs ?? Infinity
  const restorable = entries.filter(({ contents }) =>
    isRestorable(contents, inventory.startedAtMs, spareSinceMs),
  )
  await walk(restorable.flatMap(({ nodes }) => [...nodes]))
  await walk(tagged(repository))
  const expired = await walkUntagged(repository, walk, marks)

  noteLost(repository, flaws, marks)
  for (const reason of [...flaws.values(), ...oddities.values()]) {
    marks.faults.push({ repository: repository.name, reason, hidesContent: false })
  }
  const brokenBy = unlisted?.reason ?? flaws.values().next().value ?? null
  for (const { contents } of brokenBy === null ? restorable : entries)
    marks.restorableEntries.add(contents.id)
  if (brokenBy !== null) {
    await keepAll(repository, entries, walk, marks)
    return { brokenBy, attachments, expired: [], looseLayers: [], looseAliases: [] }
  }
  return {
    brokenBy,
    attachments,
    expired: expired.filter((node) => !walker.has(node)),
    looseLayers: [...repository.layers].filter((node) => !walker.has(node)),
    looseAliases: repository.aliases.filter(({ node }) => !walker.has(node)),
  }
}

const isRestorable = (
  { claimed, heldUntilMs, deletedAtMs }: TrashContents,
  nowMs: number,
  spareSinceMs: number,
): boolean => !claimed && (heldUntilMs > nowMs || deletedAtMs >= spareSinceMs)

function* tagged({ tags }: InventoryRepository): Generator<number> {
  for (const { node } of tags) {
    if (node !== null) yield node
  }
}

/**
 * Walks from the linked manifests that no walk has reached, except the expired ones, which it
 * returns.
 */
async function walkUntagged(
  repository: InventoryRepository,
  walk: (roots: Iterable<number>) => Promise<void>,
  { options, walker, inventory: { graph } }: Marks,
): Promise<readonly number[]> {
  const { name, tags, revisions } = repository
  // A tag that cannot be read may name any of them.
  if (options.expire === null || tags.some(({ node }) => node === null)) {
    await walk(revisions)
    return []
  }
  const untagged = [...revisions].filter((node) => !walker.has(node))
  // One that cannot be read may be attached to a tagged image.
  const readable = untagged.filter((node) => graph.status.get(node) !== manifestStatus.unreadable)
  const old = readable.length > 0 ? await options.expire(name, readable) : new Set<number>()
  await walk(untagged.filter((node) => !old.has(node)))
  return [...old]
}

/**
 * Marks everything that the roots lead to, and records what of it is missing, not understood, or
 * odd.
 */
async function walkFrom(
  roots: Iterable<number>,
  flaws: Map<number, string>,
  oddities: Map<number, string>,
  { inventory, options, walker, kept }: Marks,
): Promise<void> {
  const { graph } = inventory
  for (const root of roots) {
    if (graph.status.get(root) === manifestStatus.missing) {
      flaws.set(root, `the manifest ${graph.digestOf(root)} is missing`)
    }
    walker.add(root)
    for (let node = walker.next(); node >= 0; node = walker.next()) {
      kept.set(node, 1)
      // A manifest that an index lists and the repository does not link may be absent: indexes can
      // be sparse.
      const edge = walker.edgeOf(node)
      if (edge === 0 || edge === edgeKinds.manifest || edge === edgeKinds.attached) {
        noteUnreadable(node, flaws, inventory)
      }
      noteOdd(node, oddities, inventory)
      const pending = options.yielder.step()
      if (pending) await pending
    }
    noteUnreadable(root, flaws, inventory)
  }
}

/**
 * A linked manifest whose bytes are gone may be pushed again, from a copy elsewhere: until then,
 * the layers that it needs are unknown. The same holds for a damaged one, also where an index lists
 * it as a blob.
 */
function noteLost(
  { revisions }: InventoryRepository,
  flaws: Map<number, string>,
  { inventory, walker }: Marks,
): void {
  const { graph } = inventory
  for (const node of revisions) {
    if (!walker.has(node)) continue
    noteUnreadable(node, flaws, inventory)
    if (graph.status.get(node) !== manifestStatus.missing) continue
    flaws.set(node, `the manifest ${graph.digestOf(node)} is missing`)
  }
}

function noteUnreadable(node: number, flaws: Map<number, string>, inventory: Inventory): void {
  const { graph, unreadable } = inventory
  if (graph.status.get(node) !== manifestStatus.unreadable) return
  flaws.set(
    node,
    `the manifest ${graph.digestOf(node)} cannot be read: ${unreadable.get(node) ?? 'unknown kind'}; ` +
      'until it is pushed again, or deleted, its whole repository is kept',
  )
}

/**
 * Reports an odd manifest. Marking keeps everything that it may need, and nothing else because of
 * it.
 */
function noteOdd(node: number, oddities: Map<number, string>, inventory: Inventory): void {
  const { graph, unreadable } = inventory
  const isOpaque = graph.status.get(node) === manifestStatus.opaque
  if (!isOpaque && !isManifestNode(graph, node)) return
  const oddity = unreadable.get(node)
  if (oddity === undefined) return
  oddities.set(
    node,
    `the manifest ${graph.digestOf(node)} is ${isOpaque ? 'not understood' : 'odd'}: ${oddity}; ` +
      'to be rid of it, delete it by tag or digest',
  )
}

/** What cannot be read may need anything that the repository links: all of it stays. */
async function keepAll(
  { revisions, layers }: InventoryRepository,
  entries: readonly InventoryEntry[],
  walk: (roots: Iterable<number>) => Promise<void>,
  { kept, retainedByBrokenRepository }: Marks,
): Promise<void> {
  await walk(revisions)
  await walk(entries.flatMap(({ nodes }) => [...nodes]))
  for (const layer of layers) {
    kept.set(layer, 1)
    retainedByBrokenRepository.set(layer, 1)
  }
}
