import { subjectStartOf } from '#graph/fallback-tag.ts'
import type { Graph } from '#graph/packed/packed-graph.ts'
import type { Attachments } from '#graph/packed/walker.ts'
import type { InventoryRepository } from '../inventory/inventory.ts'
import type { GcAnalysis } from '../mark/analyze.ts'

/** What one repository has, as images that need bytes. */
export interface RepositoryImages {
  /** Each tagged image once. */
  readonly tagged: readonly number[]
  /** What fallback tags show: a part of the image that leads to it, or else an image by itself. */
  readonly attachedByTag: readonly number[]
  /** All that is linked and has not expired: what no tagged image leads to is untagged. */
  readonly linked: readonly number[]
  /** Entries of the trash that can still be restored. */
  readonly restorable: readonly number[]
  /** Layers that only stay because something in the repository could not be read. */
  readonly inDoubt: readonly number[]
  /** What goes with an image: not what has a tag of its own. */
  readonly attachments: Attachments
  /** All that is attached. */
  readonly allAttachments: Attachments
}

export function imagesOf(
  { inventory, marking }: GcAnalysis,
  repository: InventoryRepository,
  position: number,
): RepositoryImages {
  const { graph, trash } = inventory
  const marked = marking.repositories[position]
  const allAttachments: Attachments = marked?.attachments ?? new Map()
  const { images, attachedByTag } = taggedIn(repository, graph)
  const expired = new Set(marked?.expired)
  return {
    tagged: [...images],
    attachedByTag: [...attachedByTag],
    linked: [...repository.revisions].filter((node) => !expired.has(node)),
    restorable: trash
      .filter(
        ({ contents }) =>
          contents.repository === repository.name && marking.restorableEntries.has(contents.id),
      )
      .flatMap(({ nodes }) => [...nodes]),
    inDoubt: (marked?.brokenBy ?? null) === null ? [] : [...repository.layers],
    attachments: new Map(
      Array.from(allAttachments, ([subject, attached]) => [
        subject,
        attached.filter((node) => !images.has(node)),
      ]),
    ),
    allAttachments,
  }
}

function taggedIn({ tags }: InventoryRepository, graph: Graph) {
  const images = new Set<number>()
  const attachedByTag = new Set<number>()
  for (const { name, node } of tags) {
    if (node === null) continue
    const start = subjectStartOf(name)
    const attaches = start !== null && graph.findStarting(start).length > 0
    if (attaches) attachedByTag.add(node)
    else images.add(node)
  }
  for (const image of images) attachedByTag.delete(image)
  return { images, attachedByTag }
}
