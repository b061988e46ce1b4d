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

export async function createMockAccounts(
  state: State,
  hasher: PasswordHasher,
  nowMs: number,
): Promise<void> {
  for (const { name, password, isAdmin, grants } of mockAccounts) {
    const passwordHash = await hasher.hash(password)
    const isNew = await state.accounts.create({
      name,
      passwordHash,
      isAdmin,
      isActive: true,
      createdAtMs: nowMs,
    })
    if (isNew) await state.accounts.setGrants(name, grants)
  }
}
