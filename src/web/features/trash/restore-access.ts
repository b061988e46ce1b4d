import type { TrashEntry } from '#contract/images/trash.ts'
import { noWriteReason } from '#web/entities/access-labels.ts'

/** Why a person may not restore an entry, nor delete it forever; null if they may. */
export const noRestoreReasonOf = ({ accessLevel, repository }: TrashEntry): string | null =>
  noWriteReason(repository, accessLevel)

/** False while a collection takes it, and for a person who may only read. */
export const canRestore = (entry: TrashEntry): boolean =>
  entry.restorable && noRestoreReasonOf(entry) === null
