import { naturalKey } from '#domain/values/natural-order.ts'
import type { AccountAccess, AccountList, WireAccount } from '#contract/accounts/accounts.ts'
import { accountCalls, getAccount } from '#contract/endpoints/accounts.ts'
import { pathOf } from '#contract/endpoints/path-of.ts'
import type { Grant } from '#domain/access/access-level.ts'
import { setAnonymousGrants } from '#services/accounts/anonymous-access.ts'
import {
  accountNames,
  changeAccount,
  createAccount,
  findAccount,
  removeAccount,
  setAccountGrants,
  type Changer,
  type AccountView,
  type AccountRefusal,
} from '#services/accounts/accounts.ts'
import type { Context } from 'hono'
import { actorOf, type Env } from '../../request-context.ts'
import { refusalError, type ApiError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'
import { invalidParameter } from '../invalid-input.ts'
import { sorted, type Order } from '../order.ts'
import { page } from '../paging.ts'
import { readBody } from '../read-body.ts'
import { readQuery } from '../read-query.ts'
import type { Handlers } from '../mount-calls.ts'

const byName: Order<string> = { valueOf: naturalKey, nameOf: naturalKey, descending: false }

const toAccountResponse = ({
  name,
  isAdmin,
  isActive,
  grants,
  ...person
}: AccountView): WireAccount => ({
  name,
  isAdmin,
  isActive,
  createdAt: toInstant(person.createdAtMs),
  lastSignedInAt: toInstantOrNull(person.lastSignedInAtMs),
  grants: grants.map((grant) => ({ ...grant })),
})

export const changerOf = (context: Context<Env>): Changer => ({
  ...actorOf(context),
  sessionToken: context.var.sessionToken,
})

/** A refusal names the field of the request that is wrong. */
function accountError(refusal: AccountRefusal): ApiError {
  const isInput = refusal.code.startsWith('INVALID_')
  if (isInput && refusal.field !== undefined)
    return invalidParameter(refusal.field, refusal.message)
  return refusalError(refusal)
}

const nameOf = (context: Context<Env>): string => context.req.param('name') ?? ''

async function accountOfPath(context: Context<Env>, services: ApiServices): Promise<AccountView> {
  const name = nameOf(context)
  const person = await findAccount(services, name)
  if (person !== null) return person
  throw refusalError({ code: 'NO_SUCH_ACCOUNT', message: `there is no account "${name}"` })
}

export const accountHandlers = (services: ApiServices): Handlers<typeof accountCalls> => ({
  listAccounts: async (context) => {
    const query = readQuery(context, accountCalls.listAccounts.query)
    const filter = query.filter?.toLowerCase() ?? ''
    const names = (await accountNames(services)).filter((name) => name.includes(filter))
    const accounts: WireAccount[] = []
    for (const name of page(context, sorted(names, byName), byName, query)) {
      const person = await findAccount(services, name)
      if (person !== null) accounts.push(toAccountResponse(person))
    }
    const body: AccountList = { accounts }
    return context.json(body)
  },
  createAccount: async (context) => {
    const {
      name,
      password,
      isAdmin = false,
    } = await readBody(context, accountCalls.createAccount.body)
    const created = await createAccount(services, { name, password, isAdmin }, changerOf(context))
    if (!created.ok) throw accountError(created.refusal)
    const body = toAccountResponse(created.value)
    return context.json(body, 201, { Location: pathOf(getAccount, body) })
  },
  getAccount: async (context) =>
    context.json(toAccountResponse(await accountOfPath(context, services))),
  changeAccount: async (context) => {
    const change = await readBody(context, accountCalls.changeAccount.body)
    const changed = await changeAccount(services, nameOf(context), change, changerOf(context))
    if (!changed.ok) throw accountError(changed.refusal)
    return context.json(toAccountResponse(changed.value))
  },
  removeAccount: async (context) => {
    const removed = await removeAccount(services, nameOf(context), changerOf(context))
    if (!removed.ok) throw accountError(removed.refusal)
    return context.body(null, 204)
  },
  getAccess: async (context) => {
    const { grants } = toAccountResponse(await accountOfPath(context, services))
    const body: AccountAccess = { grants }
    return context.json(body)
  },
  setAccess: async (context) => {
    const { grants } = await readBody(context, accountCalls.setAccess.body)
    const saved = await setAccountGrants(services, nameOf(context), grants, changerOf(context))
    if (!saved.ok) throw accountError(saved.refusal)
    return context.json(toAccessResponse(saved.value))
  },
  getAnonymousAccess: async (context) =>
    context.json(toAccessResponse(await services.state.settings.anonymousGrants())),
  setAnonymousAccess: async (context) => {
    const { grants } = await readBody(context, accountCalls.setAnonymousAccess.body)
    const saved = await setAnonymousGrants(services, grants, actorOf(context))
    if (!saved.ok) throw accountError(saved.refusal)
    return context.json(toAccessResponse(saved.value))
  },
})

const toAccessResponse = (grants: readonly Grant[]): AccountAccess => ({
  grants: grants.map((grant) => ({ ...grant })),
})
