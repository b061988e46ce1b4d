import { removalCauses, type RemovalCause } from '#domain/collection/removal-cause.ts'
import type { Assessment } from './analyze.ts'
import { createByteColumn, createNumberColumn, type Column } from '../inventory/column.ts'
import type { InventoryEntry, InventoryRepository } from '../inventory/inventory.ts'
import { outermostFirst } from '../mark/parents-first.ts'
import type { Yielder } from '../yielder.ts'

/** Why each garbage blob is garbage, and which repository led to it. */
export interface Attribution {
  /** Null for what is not garbage. */
  causeOf(node: number): RemovalCause | null
  /** The first by name when several led to it; null when none did. */
  repositoryOf(node: number): string | null
}

/** Trash entries that are not restorable any more, in the order of their repositories' names. */
export const expiredEntries = ({ inventory, marking }: Assessment): readonly InventoryEntry[] =>
  inventory.trash
    .filter(({ contents }) => !marking.heldEntries.has(contents.id))
    .toSorted((a, b) => (a.contents.repository < b.contents.repository ? -1 : 1))

export const entryCause = ({ contents }: InventoryEntry): RemovalCause =>
  contents.hadRetention ? 'expired trash' : 'deleted image'

/** Why an untagged manifest is given up: it lost its tag to another image, or never had one. */
export function untaggedCause(repository: InventoryRepository): (node: number) => RemovalCause {
  const replaced = new Set(repository.tags.flatMap(({ history }) => history))
  return (node) => (replaced.has(node) ? 'replaced tag' : 'untagged image')
}

/**
 * Paints garbage by cause, one cause after the other; a blob that two lead to has the earlier one:
 * what people deleted, what expired, what lost its tag, what had none, what other software
 * unlinked, and last what nothing leads to.
 */
export async function attribute(assessment: Assessment, yielder: Yielder): Promise<Attribution> {
  const { inventory, marking, garbage } = assessment
  const { graph, repositories } = inventory
  const causes = createByteColumn()
  const owners = createNumberColumn()
  const linkOwners = await looseLinkOwners(assessment, yielder)
  const positions = new Map(repositories.map(({ name }, position) => [name, position]))

  async function paint(seeds: Iterable<number>, cause: RemovalCause, owner: number): Promise<void> {
    const code = removalCauses.indexOf(cause) + 1
    const waiting = [...seeds]
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (marking.kept.get(node) === 1 || causes.get(node) > 0) continue
      causes.set(node, code)
      owners.set(node, owner || linkOwners.get(node))
      for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
        waiting.push(graph.edgeTarget.get(edge))
      }
      const pending = yielder.step()
      if (pending) await pending
    }
  }

  for (const cause of ['deleted image', 'expired trash'] as const) {
    for (const entry of expiredEntries(assessment)) {
      if (entryCause(entry) !== cause) continue
      await paint(entry.nodes, cause, (positions.get(entry.contents.repository) ?? -1) + 1)
    }
  }
  for (const cause of ['replaced tag', 'untagged image'] as const) {
    for (const [position, repository] of repositories.entries()) {
      const given = marking.repositories[position]
      if (!given || given.givenUp.length === 0) continue
      const causeOf = untaggedCause(repository)
      const seeds = outermostFirst(graph, given.givenUp, given.attachments)
      await paint(
        seeds.filter((node) => causeOf(node) === cause),
        cause,
        position + 1,
      )
    }
  }
  const tagOwners = await historyOwners(assessment, yielder)
  for (const node of outermostFirst(graph, assessment.unlinked, new Map())) {
    await paint([node], 'deleted image', tagOwners.get(node) || firstOwner(node))
  }
  await paint(garbage, 'orphaned layer', 0)

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

/** By blob: the first repository (+ 1) that has a link to it which nothing needs. */
async function looseLinkOwners({ marking }: Assessment, yielder: Yielder): Promise<Column> {
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

/** By unlinked manifest: the first repository (+ 1) one of whose tags once named it. */
async function historyOwners(
  { inventory, unlinked }: Assessment,
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
