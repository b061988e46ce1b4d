import type { TrashEntry } from '#contract/trash.ts'
import { allows } from '#domain/access/access-level.ts'

/** Why a person may not restore an entry, nor delete it forever; null if they may. */
export const noRestoreReasonOf = ({ accessLevel, repository }: TrashEntry): string | null =>
  allows(accessLevel, 'read-write')
    ? null
    : `You can only read ${repository}. Ask an administrator for write access.`

/** False while a collection takes it, and for a person who may only read. */
export const canRestore = (entry: TrashEntry): boolean =>
  entry.restorable && noRestoreReasonOf(entry) === null
