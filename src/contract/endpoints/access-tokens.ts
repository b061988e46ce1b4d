import {
  accessTokenList,
  createdAccessToken,
  newAccessTokenRequest,
} from '../accounts/access-tokens.ts'
import { table, type Calls } from './call.ts'
import { noContent } from './endpoint.ts'

export const listAllAccessTokens = {
  name: 'listAllAccessTokens',
  method: 'GET',
  path: '/accessTokens',
  answer: accessTokenList,
} as const

export const listAccessTokens = {
  name: 'listAccessTokens',
  method: 'GET',
  path: '/accounts/{name}/accessTokens',
  answer: accessTokenList,
} as const

export const createAccessToken = {
  name: 'createAccessToken',
  method: 'POST',
  path: '/accounts/{name}/accessTokens',
  answer: createdAccessToken,
} as const

export const revokeAccessToken = {
  name: 'revokeAccessToken',
  method: 'DELETE',
  path: '/accounts/{name}/accessTokens/{id}',
  answer: noContent,
} as const

const orAnAdministrator = 'It needs the account itself, or an administrator.'

export const accessTokenCalls = /* @__PURE__ */ table(
  () =>
    ({
      listAllAccessTokens: {
        endpoint: listAllAccessTokens,
        by: 'administrator',
        summary: 'List the access tokens of all accounts, the oldest first',
        example: {},
      },
      listAccessTokens: {
        endpoint: listAccessTokens,
        by: 'signed in',
        summary: 'List the access tokens of an account, the oldest first',
        notes: orAnAdministrator,
        refusals: ['NOT_AUTHORIZED', 'NO_SUCH_ACCOUNT'],
        example: { path: { name: 'reader' } },
      },
      createAccessToken: {
        endpoint: createAccessToken,
        by: 'signed in',
        summary: 'Create an access token, which programs send as the password of the account',
        notes: 'It needs the account itself. Only this answer has the token.',
        body: newAccessTokenRequest,
        status: 201,
        headers: ['Location'],
        refusals: [
          'NOT_AUTHORIZED',
          'NO_SUCH_ACCOUNT',
          'ACCESS_TOKEN_EXISTS',
          'TOO_MANY_ACCESS_TOKENS',
        ],
        example: {
          path: { name: 'admin' },
          body: { name: 'nightly', repositories: ['team'], actions: ['pull'] },
        },
      },
      revokeAccessToken: {
        endpoint: revokeAccessToken,
        by: 'signed in',
        summary: 'Revoke an access token',
        notes: orAnAdministrator,
        refusals: ['NOT_AUTHORIZED', 'NO_SUCH_ACCOUNT', 'NO_SUCH_ACCESS_TOKEN'],
        example: { path: { name: 'reader', id: '$TOKEN' } },
      },
    }) as const satisfies Calls,
)
