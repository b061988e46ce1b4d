import type { MockAccount } from './company/people.ts'
import type { PasswordHasher } from '#state/password-hasher.ts'
import type { State } from '#state/state.ts'

/** The accounts of a demonstration, where the registry holds no secrets. */
export const mockAccounts = [
  { name: 'admin', password: 'jetsam-admin', isAdmin: true, grants: [] },
  {
    name: 'dana',
    password: 'jetsam-dana',
    isAdmin: false,
    grants: [
      { scope: 'team', accessLevel: 'read-write' },
      { scope: 'library', accessLevel: 'read-only' },
    ],
  },
] as const

/** @param createPassword for accounts with which nothing signs in */
export async function createMockAccounts(
  state: State,
  accounts: readonly MockAccount[],
  hasher: PasswordHasher,
  createdAtMs: number,
  createPassword: () => string,
): Promise<void> {
  for (const { name, password, isAdmin, grants } of accounts) {
    const passwordHash = await hasher.hash(password ?? createPassword())
    const isNew = await state.accounts.create({
      name,
      passwordHash,
      isAdmin,
      isActive: true,
      createdAtMs,
    })
    if (isNew) await state.accounts.setGrants(name, grants)
  }
}
