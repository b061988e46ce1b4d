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
import type { Grant } from '#domain/access/access-level.ts'
import type { Changer, People, Person, PersonRefusal } from '#services/accounts/people.ts'
import type { Context } from 'hono'
import * as z from 'zod/mini'
import { actorOf, type Env } from '../../env.ts'
import { refusalError, type ApiError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'
import { invalidParameter } from '../invalid-input.ts'
import { sorted, type Order } from '../order.ts'
import { page, pageParameters } from '../paging.ts'
import { readBody } from '../read-body.ts'
import { readQuery } from '../read-query.ts'
import type { Resource } from '../resource.ts'

const listQuery = z.object({
  ...pageParameters,
  /** A part of the name. */
  filter: z.optional(z.string()),
})

const byName: Order<string> = { valueOf: naturalKey, nameOf: naturalKey, descending: false }

const wireAccount = ({ name, isAdmin, isActive, grants, ...person }: Person): WireAccount => ({
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
function personError(refusal: PersonRefusal): ApiError {
  const isInput = refusal.code.startsWith('INVALID_')
  if (isInput && refusal.field !== undefined)
    return invalidParameter(refusal.field, refusal.message)
  return refusalError(refusal)
}

const nameOf = (context: Context<Env>): string => context.req.param('name') ?? ''

export const accountsResource = ({ people }: ApiServices): Resource => ({
  GET: {
    by: 'administrator',
    answer: async (context) => {
      const query = readQuery(context, listQuery)
      const filter = query.filter?.toLowerCase() ?? ''
      const names = (await people.names()).filter((name) => name.includes(filter))
      const accounts: WireAccount[] = []
      for (const name of page(context, sorted(names, byName), byName, query)) {
        const person = await people.find(name)
        if (person !== null) accounts.push(wireAccount(person))
      }
      const body: AccountList = { accounts }
      return context.json(body)
    },
  },
  POST: {
    by: 'administrator',
    answer: async (context) => {
      const { name, password, isAdmin = false } = await readBody(context, newAccountRequest)
      const created = await people.create({ name, password, isAdmin }, changerOf(context))
      if (!created.ok) throw personError(created.refusal)
      const body = wireAccount(created.value)
      return context.json(body, 201, { Location: apiPaths.account(body.name) })
    },
  },
})

async function personOfPath(context: Context<Env>, people: People): Promise<Person> {
  const name = nameOf(context)
  const person = await people.find(name)
  if (person !== null) return person
  throw refusalError({ code: 'NO_SUCH_ACCOUNT', message: `there is no account "${name}"` })
}

export const accountResource = ({ people }: ApiServices): Resource => ({
  GET: {
    by: 'administrator',
    answer: async (context) => context.json(wireAccount(await personOfPath(context, people))),
  },
  PATCH: {
    by: 'administrator',
    answer: async (context) => {
      const change = await readBody(context, accountChangeRequest)
      const changed = await people.change(nameOf(context), change, changerOf(context))
      if (!changed.ok) throw personError(changed.refusal)
      return context.json(wireAccount(changed.value))
    },
  },
  DELETE: {
    by: 'administrator',
    answer: async (context) => {
      const removed = await people.remove(nameOf(context), changerOf(context))
      if (!removed.ok) throw personError(removed.refusal)
      return context.body(null, 204)
    },
  },
})

export const accessResource = ({ people }: ApiServices): Resource => ({
  GET: {
    by: 'administrator',
    answer: async (context) => {
      const { grants } = wireAccount(await personOfPath(context, people))
      const body: AccountAccess = { grants }
      return context.json(body)
    },
  },
  PUT: {
    by: 'administrator',
    answer: async (context) => {
      const { grants } = await readBody(context, accountAccess)
      const saved = await people.setGrants(nameOf(context), grants, changerOf(context))
      if (!saved.ok) throw personError(saved.refusal)
      return context.json(wireAccess(saved.value))
    },
  },
})

/** What can be pulled without signing in. */
export const anonymousAccessResource = ({ anonymousAccess }: ApiServices): Resource => ({
  GET: {
    by: 'administrator',
    answer: async (context) => context.json(wireAccess(await anonymousAccess.grants())),
  },
  PUT: {
    by: 'administrator',
    answer: async (context) => {
      const { grants } = await readBody(context, accountAccess)
      const saved = await anonymousAccess.setGrants(grants, actorOf(context))
      if (!saved.ok) throw personError(saved.refusal)
      return context.json(wireAccess(saved.value))
    },
  },
})

const wireAccess = (grants: readonly Grant[]): AccountAccess => ({
  grants: grants.map((grant) => ({ ...grant })),
})
