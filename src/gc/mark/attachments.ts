import { subjectStartOf } from '#graph/fallback-tag.ts'
import type { Graph } from '#graph/packed/packed-graph.ts'
import type { InventoryRepository } from '../inventory/inventory.ts'
import type { Attachments } from '#graph/packed/walker.ts'

/**
 * What is attached to which subject in one repository, by `subject` and by the tag's name. An
 * ordinary image may have the name of a fallback tag too: treating it as attached keeps nothing that
 * its tag does not keep already. Where a tag names only the start of a digest, it counts for all
 * that begin so.
 */
export function attachmentsIn(
  repository: Pick<InventoryRepository, 'revisions' | 'tags'>,
  graph: Graph,
): Attachments {
  const attachments = new Map<number, number[]>()

  function attach(subject: number, artifact: number): void {
    const known = attachments.get(subject)
    if (known) known.push(artifact)
    else attachments.set(subject, [artifact])
  }

  for (const revision of repository.revisions) {
    for (const subject of graph.subjectsOf(revision)) attach(subject, revision)
  }
  for (const { name, node } of repository.tags) {
    if (node === null) continue
    const start = subjectStartOf(name)
    for (const subject of start === null ? [] : graph.findStarting(start)) attach(subject, node)
  }
  return attachments
}
