import type { Fact } from '#domain/events/domain-event.ts'
import { imageCountOf, isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'

/** What a deletion may have been of. */
export type DeletionKind = 'image deleted' | 'tag deleted' | 'repository deleted'

/**
 * What a trash entry says of a deletion: of an image, of tags alone, or of a repository.
 *
 * @param reference what the actor named
 */
export const deletionIn = (entry: TrashEntry, reference: string): Fact<DeletionKind> =>
  entry.isOfRepository
    ? { kind: 'repository deleted', data: repositoryCounts(entry) }
    : {
        kind: isOfTags(entry) ? 'tag deleted' : 'image deleted',
        data: {
          reference,
          digest: entry.digest,
          tags: tagNamesOf(entry),
          ...(entry.byRule && { byRule: entry.byRule }),
        },
      }

/** With the clusters that ran it, where a person confirmed that it shall go nevertheless. */
export const withWhatRan = (
  fact: Fact<DeletionKind>,
  ranIn: readonly string[] | undefined,
): Fact<DeletionKind> =>
  (ranIn === undefined ? fact : { ...fact, data: { ...fact.data, ranIn } }) as Fact<DeletionKind>

export const repositoryCounts = (entry: TrashEntry) => ({
  images: imageCountOf(entry),
  tags: entry.tags.length,
})

export const tagNamesOf = ({ tags }: TrashEntry): readonly string[] => tags.map(({ name }) => name)
