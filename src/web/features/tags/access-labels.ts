import type { Repository } from '#contract/repositories.ts'
import { allows } from '#domain/access/access-level.ts'

/** Why a person may not delete in a repository; null if they may, or while it is unknown. */
export const noDeleteReasonOf = (repository: Repository | undefined): string | null =>
  repository && !allows(repository.accessLevel, 'read-write')
    ? `You can only read ${repository.id}. Ask an administrator for write access.`
    : null
