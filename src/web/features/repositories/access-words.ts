import type { AccessLevel } from '#domain/access-level.ts'

/** What an access level lets a person do, in two words. */
export const accessWords: Readonly<Record<AccessLevel, string>> = {
  'read-only': 'Read only',
  'read-write': 'Read and write',
  admin: 'Administer',
}
