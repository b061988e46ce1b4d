import { removalCauses, type RemovalCause } from '#domain/collection/removal-cause.ts'
import type { GcAnalysis } from '../mark/analyze.ts'
import { createByteColumn, createNumberColumn, type Column } from '#graph/packed/growable-column.ts'
import type { InventoryEntry, InventoryRepository } from '../inventory/inventory.ts'
import { parentsFirst } from '#graph/packed/parents-first.ts'
import type { Yielder } from '../yielder.ts'

/** Why each garbage blob is garbage, and which repository led to it. */
export interface CauseMap {
  /** Null for what is not garbage. */
  causeOf(node: number): RemovalCause | null
  /** The first by name when several led to it; null when none did. */
  repositoryOf(node: number): string | null
}

/** Trash entries that are not restorable any more, in the order of their repositories' names. */
export const expiredEntries = ({ inventory, marking }: GcAnalysis): readonly InventoryEntry[] =>
  inventory.trash
    .filter(({ contents }) => !marking.restorableEntries.has(contents.id))
    .toSorted((a, b) => (a.contents.repository < b.contents.repository ? -1 : 1))

export const entryCause = ({ contents }: InventoryEntry): RemovalCause =>
  contents.hadRetention ? 'expired trash' : 'deleted image'

/** Why an untagged manifest expires: it lost its tag to another image, or never had one. */
export function untaggedCause(repository: InventoryRepository): (node: number) => RemovalCause {
  const replaced = new Set(repository.tags.flatMap(({ history }) => history))
  return (node) => (replaced.has(node) ? 'replaced tag' : 'untagged image')
}

/**
 * Gives each garbage blob its cause, one cause after the other. A blob that two causes lead to gets
 * the earlier one: deleted by people, expired in the trash, replaced tag, never tagged, unlinked by
 * other software, and last what nothing leads to.
 */
export async function assignCauses(analysis: GcAnalysis, yielder: Yielder): Promise<CauseMap> {
  const { inventory, marking, garbage } = analysis
  const { graph, repositories } = inventory
  const causes = createByteColumn()
  const owners = createNumberColumn()
  const linkOwners = await looseLinkOwners(analysis, yielder)
  const positions = new Map(repositories.map(({ name }, position) => [name, position]))

  async function propagateCause(
    seeds: Iterable<number>,
    cause: RemovalCause,
    owner: number,
  ): Promise<void> {
    const code = removalCauses.indexOf(cause) + 1
    const queue = [...seeds]
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      if (marking.kept.get(node) === 1 || causes.get(node) > 0) continue
      causes.set(node, code)
      owners.set(node, owner || linkOwners.get(node))
      for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
        queue.push(graph.edgeTarget.get(edge))
      }
      const pending = yielder.step()
      if (pending) await pending
    }
  }

  for (const cause of ['deleted image', 'expired trash'] as const) {
    for (const entry of expiredEntries(analysis)) {
      if (entryCause(entry) !== cause) continue
      await propagateCause(entry.nodes, cause, (positions.get(entry.contents.repository) ?? -1) + 1)
    }
  }
  for (const cause of ['replaced tag', 'untagged image'] as const) {
    for (const [position, repository] of repositories.entries()) {
      const marked = marking.repositories[position]
      if (!marked || marked.expired.length === 0) continue
      const causeOf = untaggedCause(repository)
      const seeds = parentsFirst(graph, marked.expired, marked.attachments)
      await propagateCause(
        seeds.filter((node) => causeOf(node) === cause),
        cause,
        position + 1,
      )
    }
  }
  const tagOwners = await historyOwners(analysis, yielder)
  for (const node of parentsFirst(graph, analysis.unlinked, new Map())) {
    await propagateCause([node], 'deleted image', tagOwners.get(node) || firstOwner(node))
  }
  await propagateCause(garbage, 'orphaned layer', 0)

  function firstOwner(node: number): number {
    for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
      const owner = linkOwners.get(graph.edgeTarget.get(edge))
      if (owner > 0) return owner
    }
    return 0
  }

  return {
    causeOf: (node) => removalCauses[causes.get(node) - 1] ?? null,
    repositoryOf: (node) => repositories[owners.get(node) - 1]?.name ?? null,
  }
}

/** By blob: the first repository (+ 1) with a link to it that nothing needs. */
async function looseLinkOwners({ marking }: GcAnalysis, yielder: Yielder): Promise<Column> {
  const owners = createNumberColumn()
  for (const [position, { looseLayers }] of marking.repositories.entries()) {
    for (const node of looseLayers) {
      if (owners.get(node) === 0) owners.set(node, position + 1)
      const pending = yielder.step()
      if (pending) await pending
    }
  }
  return owners
}

/** By unlinked manifest: the first repository (+ 1) with a tag that once named it. */
async function historyOwners(
  { inventory, unlinked }: GcAnalysis,
  yielder: Yielder,
): Promise<ReadonlyMap<number, number>> {
  const owners = new Map(unlinked.map((node) => [node, 0]))
  if (owners.size === 0) return owners
  for (const [position, { tags }] of inventory.repositories.entries()) {
    for (const { history } of tags) {
      for (const node of history) if (owners.get(node) === 0) owners.set(node, position + 1)
      const pending = yielder.step()
      if (pending) await pending
    }
  }
  return owners
}
