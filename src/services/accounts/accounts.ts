import type { Grant } from '#domain/access/access-level.ts'
import { parseAccountName } from '#domain/access/account-name.ts'
import { parseGrants } from '#domain/access/grants.ts'
import { ok, err, type Result, type Refusal } from '#domain/values/result.ts'
import type { Account } from '#state/accounts.ts'
import type { PasswordHasher } from '#state/password-hasher.ts'
import type { State, StateParts } from '#state/state.ts'
import type { Actor } from '../activity/actor.ts'
import type { Authentication, AuthenticationRefusal } from './authentication.ts'
import { differencesOf } from './grant-differences.ts'
import { changesOf, isLastAdministrator } from './account-changes.ts'
import type { AccountTurns } from './account-queues.ts'
import { parseNewPassword } from './new-password.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'
import { anonymousName } from './anonymous-access.ts'
import { hashOfToken } from './token-hash.ts'

/** An account as others may see it: without its password's hash. */
export interface AccountView extends Omit<Account, 'passwordHash'> {
  readonly grants: readonly Grant[]
  /** By name and password in a browser; null: never. */
  readonly lastSignedInAtMs: number | null
}

export interface NewAccount {
  readonly name: string
  readonly password: string
  readonly isAdmin: boolean
}

export interface AccountChange {
  readonly password?: string | undefined
  readonly isAdmin?: boolean | undefined
  readonly isActive?: boolean | undefined
}

/** The actor of a change and their session, which stays when they change their own password. */
export interface Changer extends Actor {
  readonly sessionToken?: string | null
  /** The command of the change, if it was not the API: for the activity. */
  readonly command?: 'reset-password'
}

export interface AccountRefusal extends Refusal {
  readonly code:
    | 'ACCOUNT_EXISTS'
    | 'NO_SUCH_ACCOUNT'
    /** No active administrator would be left. */
    | 'LAST_ADMINISTRATOR'
    | 'INVALID_ACCOUNT_NAME'
    | 'INVALID_PASSWORD'
    | 'INVALID_GRANT'
}

export interface WrongPassword extends Refusal {
  readonly code: 'WRONG_PASSWORD'
}

type TooManyAttempts = Extract<AuthenticationRefusal, { code: 'TOO_MANY_ATTEMPTS' }>

/** What accounts, their access and their passwords are changed with. Every change is in the activity. */
export interface AccountDeps extends EventDeps {
  readonly state: State
  readonly hasher: PasswordHasher
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  readonly accountTurns: Pick<AccountTurns, 'accounts'>
}

/** The names of all accounts. */
export const accountNames = async ({
  state,
}: Pick<AccountDeps, 'state'>): Promise<readonly string[]> =>
  (await state.accounts.list()).map(({ name }) => name)

/** Null: no such account. */
export async function findAccount(
  deps: Pick<AccountDeps, 'state'>,
  name: string,
): Promise<AccountView | null> {
  const account = await deps.state.accounts.find(name)
  return account && personOf(deps, account)
}

export const createAccount = (
  deps: AccountDeps,
  asked: NewAccount,
  by: Changer,
): Promise<Result<AccountView, AccountRefusal>> =>
  deps.accountTurns.accounts(async () => {
    const name = parseAccountName(asked.name)
    if (!name.ok) return invalid('INVALID_ACCOUNT_NAME', name.refusal)
    if (name.value === anonymousName) {
      const message = `"${anonymousName}" stands for everybody who is not signed in: choose another name`
      return err({ code: 'INVALID_ACCOUNT_NAME', field: 'name', message })
    }
    const password = parseNewPassword(asked.password, name.value)
    if (!password.ok) return invalid('INVALID_PASSWORD', password.refusal)
    const account: Account = {
      name: name.value,
      passwordHash: await deps.hasher.hash(password.value),
      isAdmin: asked.isAdmin,
      isActive: true,
      createdAtMs: deps.clock.nowMs(),
    }
    const role = account.isAdmin ? 'administrator' : 'account'
    const event = createEvent(deps, 'account created', by, { account: account.name, role })
    const isCreated = await deps.state.transaction(async (parts) => {
      const isNew = await parts.accounts.create(account)
      if (isNew) await parts.activity.record(event)
      return isNew
    })
    if (!isCreated) {
      const message = `there is an account "${name.value}" already`
      return err({ code: 'ACCOUNT_EXISTS', field: 'name', message })
    }
    return ok(await personOf(deps, account))
  })

/** A new password, and disabling, end the account's sessions. */
export const changeAccount = (
  deps: AccountDeps,
  name: string,
  change: AccountChange,
  by: Changer,
): Promise<Result<AccountView, AccountRefusal>> =>
  deps.accountTurns.accounts(async () => {
    const account = await deps.state.accounts.find(name)
    if (account === null) return err(noSuchAccount(name))
    const password =
      change.password === undefined ? ok(undefined) : parseNewPassword(change.password, name)
    if (!password.ok) return invalid('INVALID_PASSWORD', password.refusal)
    return changeFound(deps, name, change, by)
  })

/** Removes it with its sessions, access tokens and grants; its acts stay in the activity. */
export const removeAccount = (
  deps: AccountDeps,
  name: string,
  by: Changer,
): Promise<Result<null, AccountRefusal>> =>
  deps.accountTurns.accounts(async () => {
    return await deps.state.transaction(async (parts) => {
      const found = await parts.accounts.find(name)
      if (found === null) return err(noSuchAccount(name))
      if (await isLastAdministrator(parts.accounts, found)) return err(lastAdministrator(name))
      await parts.accounts.remove(name)
      await parts.activity.record(createEvent(deps, 'account removed', by, { account: name }))
      return ok(null)
    })
  })

/** Replaces all grants of the account. */
export const setAccountGrants = (
  deps: AccountDeps,
  name: string,
  grants: readonly { readonly scope: unknown; readonly accessLevel: unknown }[],
  by: Changer,
): Promise<Result<readonly Grant[], AccountRefusal>> =>
  deps.accountTurns.accounts(async () => {
    const parsed = parseGrants(grants)
    if (!parsed.ok) return invalid('INVALID_GRANT', parsed.refusal)
    if ((await deps.state.accounts.find(name)) === null) return err(noSuchAccount(name))
    const after = await deps.state.transaction(async (parts) => {
      const before = await parts.accounts.grantsOf(name)
      await parts.accounts.setGrants(name, parsed.value)
      const changed = await parts.accounts.grantsOf(name)
      const changes = differencesOf(before, changed)
      const event = createEvent(deps, 'access changed', by, { account: name, changes })
      if (changes.length > 0) await parts.activity.record(event)
      return changed
    })
    return ok(after)
  })

/** Changes one's own password, proven by the current one. Ends every other session of the account. */
export async function changeOwnPassword(
  deps: AccountDeps & { readonly authentication: Pick<Authentication, 'withPassword'> },
  name: string,
  { current, next }: { readonly current: string; readonly next: string },
  by: Changer,
): Promise<Result<null, AccountRefusal | WrongPassword | TooManyAttempts>> {
  const proven = await deps.authentication.withPassword(name, current, by.from)
  if (!proven.ok) {
    if (proven.refusal.code === 'TOO_MANY_ATTEMPTS') return err(proven.refusal)
    const message = 'this is not your present password'
    return err({ code: 'WRONG_PASSWORD', field: 'current', message })
  }
  const changed = await changeAccount(deps, name, { password: next }, by)
  return changed.ok ? ok(null) : changed
}

async function personOf(
  { state: { accounts, activity } }: Pick<AccountDeps, 'state'>,
  account: Account,
): Promise<AccountView> {
  const { name, isAdmin, isActive, createdAtMs } = account
  // The activity of an earlier account of the same name does not count.
  const own = { actor: name, kinds: ['signed in'], fromMs: createdAtMs } as const
  const { events } = await activity.list({ ...own, limit: 1 })
  return {
    name,
    isAdmin,
    isActive,
    createdAtMs,
    grants: await accounts.grantsOf(name),
    lastSignedInAtMs: events[0]?.atMs ?? null,
  }
}

async function endSessions(
  deps: AccountDeps,
  { sessions }: StateParts,
  name: string,
  by: Changer,
): Promise<void> {
  const own = by.name === name && by.sessionToken ? by.sessionToken : null
  await sessions.removeAllOf(name, own === null ? undefined : hashOfToken(own, deps.sha256))
}

/** What is not asked for stays as it is at that moment: another server may be changing it. */
async function changeFound(
  deps: AccountDeps,
  name: string,
  { password, ...change }: AccountChange,
  by: Changer,
): Promise<Result<AccountView, AccountRefusal>> {
  const passwordHash = password === undefined ? undefined : await deps.hasher.hash(password)
  const changed = await deps.state.transaction(async (parts) => {
    const account = await parts.accounts.find(name)
    if (account === null) return err(noSuchAccount(name))
    const { isAdmin = account.isAdmin, isActive = account.isActive } = change
    if (!(isAdmin && isActive) && (await isLastAdministrator(parts.accounts, account))) {
      return err(lastAdministrator(name))
    }
    const after = { ...account, isAdmin, isActive }
    await parts.accounts.update(name, {
      passwordHash: passwordHash ?? account.passwordHash,
      isAdmin,
      isActive,
    })
    const endsSessions = password !== undefined || !isActive
    if (endsSessions) await endSessions(deps, parts, name, by)
    for (const event of changesOf(account, { password, isAdmin, isActive }, by, deps)) {
      await parts.activity.record(event)
    }
    return ok({ after, endsSessions })
  })
  if (!changed.ok) return changed
  const { after, endsSessions } = changed.value
  // Also sessions in memory, from a time when the disk was full.
  if (endsSessions) await endSessions(deps, deps.state, name, by)
  return ok(await personOf(deps, after))
}

const invalid = (code: AccountRefusal['code'], refusal: Refusal) => err({ ...refusal, code })

const noSuchAccount = (name: string): AccountRefusal => ({
  code: 'NO_SUCH_ACCOUNT',
  message: `there is no account "${name}"`,
})

const lastAdministrator = (name: string): AccountRefusal => ({
  code: 'LAST_ADMINISTRATOR',
  message: `${name} is the last active administrator: make someone else an administrator first`,
})
