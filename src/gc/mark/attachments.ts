import type { Digest } from '#domain/values/digest.ts'
import type { Graph } from '#graph/packed/packed-graph.ts'
import type { InventoryRepository } from '../inventory/inventory.ts'
import type { Attachments } from '#graph/packed/walker.ts'

/**
 * `sha256-<hex>` is the referrers tag of registries without a referrers API (OCI distribution spec
 * 1.1, "Referrers Tag Schema"); with a suffix, it is what cosign pushes. An ordinary image may have
 * such a name too: treating it as attached keeps nothing that its tag does not keep already.
 */
const fallbackTag = /^(sha256|sha512)-([a-f0-9]+)(?:\.(?:sig|att|sbom))?$/

/** What is attached to which subject in one repository, by `subject` and by the tag's name. */
export function attachmentsIn(repository: InventoryRepository, graph: Graph): Attachments {
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
    const match = fallbackTag.exec(name)
    const subject = match ? graph.find(`${match[1]}:${match[2]}` as Digest) : -1
    if (subject >= 0) attach(subject, node)
  }
  return attachments
}
