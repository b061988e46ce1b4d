import { isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'
import type { ActivityEvent } from '#state/activity.ts'
import { listedTags } from './listed-tags.ts'

/** What a trash entry says of a deletion: of an image, or of tags alone. */
export function deletionIn(entry: TrashEntry): Pick<ActivityEvent, 'kind' | 'detail'> {
  const tags = listedTags(entry.tags.map(({ name }) => name))
  return isOfTags(entry)
    ? { kind: 'tag deleted', detail: `${tags}; ${entry.digest} stays` }
    : { kind: 'image deleted', detail: `${entry.digest} with ${tags}` }
}
