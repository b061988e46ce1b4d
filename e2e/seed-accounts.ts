import { join } from 'node:path'
import { createScryptPasswordHasher } from '#adapters/crypto-node/password-hasher.ts'
import { openPostgresState } from '#adapters/postgres/postgres-state.ts'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import { adminName, adminPassword } from './server-process.ts'
import { databaseFor } from './throwaway-database.ts'

/** The developer account that the mock host has too: writes to `team`, reads `library`. */
export const developer = { name: 'dana', password: 'jetsam-dana' }

/**
 * Cheap, because each test hashes its passwords, at half a second each. A hash names its cost:
 * the server verifies these as it does those of an older installation. Tests that start without
 * accounts, and those that add people, hash at the real cost.
 */
const cheap = { logN: 4, r: 8, p: 1 }

/**
 * Puts the administrator's and the developer's account into the state with which a server will
 * start, or starts again.
 */
export async function seedAccounts(dataFolder: string): Promise<void> {
  const database = await databaseFor(dataFolder)
  const state =
    database === null
      ? await openSqlState(join(dataFolder, 'state.sqlite'))
      : await openPostgresState(database, { connections: 1 })
  const hasher = createScryptPasswordHasher(cheap)
  const administrator = { name: adminName, password: adminPassword }
  for (const { name, password } of [administrator, developer]) {
    const passwordHash = await hasher.hash(password)
    const isAdmin = name === adminName
    const account = { name, passwordHash, isAdmin, isActive: true, createdAtMs: Date.now() }
    const isNew = await state.accounts.create(account)
    if (!isNew) await state.accounts.update(name, { passwordHash })
  }
  await state.accounts.setGrants(developer.name, [
    { scope: 'team', accessLevel: 'read-write' },
    { scope: 'library', accessLevel: 'read-only' },
  ])
  await state.close()
}
