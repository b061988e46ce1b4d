import type { TrashEntry } from '#contract/images/trash.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { imageName } from '#web/entities/image-name.ts'

/** `team/app:1.2`, by its first tag; by digest if it had none; a repository by its name. */
export const entryName = ({
  kind,
  repository,
  tags,
  digest,
}: Pick<TrashEntry, 'kind' | 'repository' | 'tags' | 'digest'>): string =>
  kind === 'repository' ? repository : imageName(repository, tags[0] ?? digest)

/** "3 images"; "3 deletions" if some are of tags alone, or of repositories. */
export const countOfEntries = (
  entries: readonly Pick<TrashEntry, 'kind'>[],
  count = entries.length,
): string => countOf(count, entries.some(({ kind }) => kind !== 'image') ? 'deletion' : 'image')
