import { randomBytes } from 'node:crypto'
import type { ApiServices } from '#http/services.ts'
import { firstAdministrator } from '#domain/access/first-administrator.ts'
import { isCommonPassword } from '#domain/access/common-password.ts'
import { createFirstAdministrator } from '#services/accounts/first-administrator.ts'
import type { Configuration } from './configuration.ts'

/**
 * Checks a password only when it is set for an account, so that an older installation still starts.
 */
export function expectUncommonPassword({ adminPassword }: Configuration): void {
  if (adminPassword === null || !isCommonPassword(adminPassword, [firstAdministrator])) return
  throw new Error(
    'JETSAM_ADMIN_PASSWORD: it is among the first that are guessed: choose another, or leave it out to have one made up.',
  )
}

/** Creates the first account, and prints its password once. */
export async function makeFirstAdministrator(
  services: ApiServices,
  configuration: Configuration,
  print: (line: string) => void,
): Promise<void> {
  const password = configuration.adminPassword ?? randomBytes(12).toString('base64url')
  const isNew = await createFirstAdministrator(services, firstAdministrator, password)
  if (!isNew || configuration.adminPassword !== null) return
  print(`\n  The first administrator is "${firstAdministrator}" with password "${password}".`)
  print(
    '  This is said only once. Set JETSAM_ADMIN_PASSWORD before the first start to choose it.\n',
  )
}
