import { naturalKey } from '#domain/values/natural-order.ts'
import {
  accountAccess,
  accountChangeRequest,
  newAccountRequest,
  type AccountAccess,
  type AccountList,
  type WireAccount,
} from '#contract/accounts.ts'
import { apiPaths } from '#contract/paths.ts'
import { pageParameters } from '#contract/query-parameters.ts'
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
import * as z from 'zod/mini'
import { actorOf, type Env } from '../../env.ts'
import { refusalError, type ApiError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'
import { invalidParameter } from '../invalid-input.ts'
import { sorted, type Order } from '../order.ts'
import { page } from '../paging.ts'
import { readBody } from '../read-body.ts'
import { readQuery } from '../read-query.ts'
import type { Resource } from '../mount-resource.ts'

const listQuery = z.object({
  ...pageParameters(),
  /** A part of the name. */
  filter: z.optional(z.string()),
})

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

export const accountsResource = (services: ApiServices): Resource => ({
  GET: {
    by: 'administrator',
    answer: async (context) => {
      const query = readQuery(context, listQuery)
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
  },
  POST: {
    by: 'administrator',
    answer: async (context) => {
      const { name, password, isAdmin = false } = await readBody(context, newAccountRequest)
      const created = await createAccount(services, { name, password, isAdmin }, changerOf(context))
      if (!created.ok) throw accountError(created.refusal)
      const body = toAccountResponse(created.value)
      return context.json(body, 201, { Location: apiPaths.account(body.name) })
    },
  },
})

async function accountOfPath(context: Context<Env>, services: ApiServices): Promise<AccountView> {
  const name = nameOf(context)
  const person = await findAccount(services, name)
  if (person !== null) return person
  throw refusalError({ code: 'NO_SUCH_ACCOUNT', message: `there is no account "${name}"` })
}

export const accountResource = (services: ApiServices): Resource => ({
  GET: {
    by: 'administrator',
    answer: async (context) =>
      context.json(toAccountResponse(await accountOfPath(context, services))),
  },
  PATCH: {
    by: 'administrator',
    answer: async (context) => {
      const change = await readBody(context, accountChangeRequest)
      const changed = await changeAccount(services, nameOf(context), change, changerOf(context))
      if (!changed.ok) throw accountError(changed.refusal)
      return context.json(toAccountResponse(changed.value))
    },
  },
  DELETE: {
    by: 'administrator',
    answer: async (context) => {
      const removed = await removeAccount(services, nameOf(context), changerOf(context))
      if (!removed.ok) throw accountError(removed.refusal)
      return context.body(null, 204)
    },
  },
})

export const accessResource = (services: ApiServices): Resource => ({
  GET: {
    by: 'administrator',
    answer: async (context) => {
      const { grants } = toAccountResponse(await accountOfPath(context, services))
      const body: AccountAccess = { grants }
      return context.json(body)
    },
  },
  PUT: {
    by: 'administrator',
    answer: async (context) => {
      const { grants } = await readBody(context, accountAccess)
      const saved = await setAccountGrants(services, nameOf(context), grants, changerOf(context))
      if (!saved.ok) throw accountError(saved.refusal)
      return context.json(toAccessResponse(saved.value))
    },
  },
})

/** What can be pulled without signing in. */
export const anonymousAccessResource = (services: ApiServices): Resource => ({
  GET: {
    by: 'administrator',
    answer: async (context) =>
      context.json(toAccessResponse(await services.state.settings.anonymousGrants())),
  },
  PUT: {
    by: 'administrator',
    answer: async (context) => {
      const { grants } = await readBody(context, accountAccess)
      const saved = await setAnonymousGrants(services, grants, actorOf(context))
      if (!saved.ok) throw accountError(saved.refusal)
      return context.json(toAccessResponse(saved.value))
    },
  },
})

const toAccessResponse = (grants: readonly Grant[]): AccountAccess => ({
  grants: grants.map((grant) => ({ ...grant })),
})
