import { allows, type AccessLevel } from '#domain/access/access-level.ts'

/** What an access level allows. */
export const accessLabels: Readonly<Record<AccessLevel, string>> = {
  'read-only': 'Read only',
  'read-write': 'Read and write',
  admin: 'Administer',
}

/**
 * Why a person may not delete in a repository, nor restore there; null if they may.
 *
 * @param accessLevel undefined: not known yet, so that there is no reason either
 */
export const noWriteReason = (
  repository: string,
  accessLevel: AccessLevel | undefined,
): string | null =>
  accessLevel === undefined || allows(accessLevel, 'read-write')
    ? null
    : `You can only read ${repository}. Ask an administrator for write access.`
