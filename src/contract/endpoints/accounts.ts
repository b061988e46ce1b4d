import * as z from 'zod/mini'
import {
  account,
  accountAccess,
  accountChangeRequest,
  accountList,
  newAccountRequest,
} from '../accounts/accounts.ts'
import { optional, paged } from '../query-parameters.ts'
import { table, type Calls } from './call.ts'
import { noContent } from './endpoint.ts'

export const listAccounts = {
  name: 'listAccounts',
  method: 'GET',
  path: '/accounts',
  answer: accountList,
} as const

export const createAccount = {
  name: 'createAccount',
  method: 'POST',
  path: '/accounts',
  answer: account,
} as const

export const getAccount = {
  name: 'getAccount',
  method: 'GET',
  path: '/accounts/{name}',
  answer: account,
} as const

export const changeAccount = {
  name: 'changeAccount',
  method: 'PATCH',
  path: '/accounts/{name}',
  answer: account,
} as const

export const removeAccount = {
  name: 'removeAccount',
  method: 'DELETE',
  path: '/accounts/{name}',
  answer: noContent,
} as const

export const getAccess = {
  name: 'getAccess',
  method: 'GET',
  path: '/accounts/{name}/access',
  answer: accountAccess,
} as const

export const setAccess = {
  name: 'setAccess',
  method: 'PUT',
  path: '/accounts/{name}/access',
  answer: accountAccess,
} as const

export const getAnonymousAccess = {
  name: 'getAnonymousAccess',
  method: 'GET',
  path: '/anonymous/access',
  answer: accountAccess,
} as const

export const setAnonymousAccess = {
  name: 'setAnonymousAccess',
  method: 'PUT',
  path: '/anonymous/access',
  answer: accountAccess,
} as const

const reader = { name: 'reader' } as const

export const accountCalls = /* @__PURE__ */ table(
  () =>
    ({
      listAccounts: {
        endpoint: listAccounts,
        by: 'administrator',
        summary: 'List the accounts by name',
        query: paged({ filter: optional(z.string(), 'A part of the name.') }),
        example: { query: { count: 'true' } },
      },
      createAccount: {
        endpoint: createAccount,
        by: 'administrator',
        summary: 'Create an account',
        body: newAccountRequest,
        status: 201,
        headers: ['Location'],
        refusals: ['ACCOUNT_EXISTS'],
        example: { body: { name: 'eve', password: 'a long new password' } },
      },
      getAccount: {
        endpoint: getAccount,
        by: 'administrator',
        summary: 'Get one account',
        refusals: ['NO_SUCH_ACCOUNT'],
        example: { path: reader },
      },
      changeAccount: {
        endpoint: changeAccount,
        by: 'administrator',
        summary: 'Change the password of an account, whether it is active, or an administrator',
        body: accountChangeRequest,
        refusals: ['NO_SUCH_ACCOUNT', 'LAST_ADMINISTRATOR'],
        example: { path: reader, body: { isActive: false } },
      },
      removeAccount: {
        endpoint: removeAccount,
        by: 'administrator',
        summary: 'Remove an account with its sessions and access tokens',
        refusals: ['NO_SUCH_ACCOUNT', 'LAST_ADMINISTRATOR'],
        example: { path: reader },
      },
      getAccess: {
        endpoint: getAccess,
        by: 'administrator',
        summary: 'Say what an account may access',
        refusals: ['NO_SUCH_ACCOUNT'],
        example: { path: reader },
      },
      setAccess: {
        endpoint: setAccess,
        by: 'administrator',
        summary: 'Set what an account may access, instead of what it might before',
        body: accountAccess,
        refusals: ['NO_SUCH_ACCOUNT'],
        example: {
          path: reader,
          body: { grants: [{ scope: 'team/app', accessLevel: 'read-write' }] },
        },
      },
      getAnonymousAccess: {
        endpoint: getAnonymousAccess,
        by: 'administrator',
        summary: 'Say what can be pulled without signing in',
        example: {},
      },
      setAnonymousAccess: {
        endpoint: setAnonymousAccess,
        by: 'administrator',
        summary: 'Set what can be pulled without signing in',
        notes: 'All levels are `read-only`.',
        body: accountAccess,
        example: { body: { grants: [{ scope: 'library', accessLevel: 'read-only' }] } },
      },
    }) as const satisfies Calls,
)
