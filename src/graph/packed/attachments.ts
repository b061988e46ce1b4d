import { subjectStartOf } from '../fallback-tag.ts'
import type { Graph } from './packed-graph.ts'
import type { Attachments } from './walker.ts'

/** What one repository links, in nodes of a graph. */
export interface PackedLinks {
  readonly revisions: Iterable<number>
  /** Null for a tag whose link cannot be read. */
  readonly tags: readonly { readonly name: string; readonly node: number | null }[]
}

/**
 * What is attached to which subject in one repository, by `subject` and by the tag's name. An
 * ordinary image may have the name of a fallback tag too: treating it as attached keeps nothing that
 * its tag does not keep already. Where a tag names only the start of a digest, it counts for all
 * that begin so.
 */
export function attachmentsIn(repository: PackedLinks, graph: Graph): Attachments {
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
