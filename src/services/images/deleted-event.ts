import type { Fact } from '#domain/events/domain-event.ts'
import { isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'

/**
 * What a trash entry says of a deletion: of an image, or of tags alone.
 *
 * @param reference what the actor named
 */
export const deletionIn = (
  entry: TrashEntry,
  reference: string,
): Fact<'image deleted' | 'tag deleted'> => ({
  kind: isOfTags(entry) ? 'tag deleted' : 'image deleted',
  data: {
    reference,
    digest: entry.digest,
    tags: tagNamesOf(entry),
    ...(entry.byRule && { byRule: entry.byRule }),
  },
})

export const tagNamesOf = ({ tags }: TrashEntry): readonly string[] => tags.map(({ name }) => name)
