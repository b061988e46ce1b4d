import { join } from 'node:path'
import { createScryptPasswordHasher } from '#adapters/crypto-node/password-hasher.ts'
import { openPostgresState } from '#adapters/postgres/postgres-state.ts'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import { databaseFor } from './throwaway-database.ts'

/** The developer account that the mock host has too: writes to `team`, reads `library`. */
export const developer = { name: 'dana', password: 'jetsam-dana' }

/** Puts the developer's account into the state with which a server will start. */
export async function seedAccounts(dataFolder: string): Promise<void> {
  const database = await databaseFor(dataFolder)
  const state =
    database === null
      ? await openSqlState(join(dataFolder, 'state.sqlite'))
      : await openPostgresState(database, { connections: 1 })
  const hasher = createScryptPasswordHasher()
  await state.accounts.create({
    name: developer.name,
    passwordHash: await hasher.hash(developer.password),
    isAdmin: false,
    isActive: true,
    createdAtMs: Date.now(),
  })
  await state.accounts.setGrants(developer.name, [
    { scope: 'team', accessLevel: 'read-write' },
    { scope: 'library', accessLevel: 'read-only' },
  ])
  await state.close()
}
