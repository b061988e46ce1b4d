import type { TrashEntry } from '#contract/trash.ts'
import { shortDigest } from '#domain/digest.ts'

/** `team/app:1.2`, by its first tag; by digest where it had none. */
export const entryName = ({
  repository,
  tags,
  digest,
}: Pick<TrashEntry, 'repository' | 'tags' | 'digest'>): string =>
  tags[0] === undefined ? `${repository}@${shortDigest(digest)}` : `${repository}:${tags[0]}`
