import { setAnonymousGrants } from '#services/accounts/anonymous-access.ts'
import { tinyImage } from './tiny-image.ts'
import { theServer } from '#services/activity/actor.ts'
import { expect } from 'vitest'
import { createTestApi, type TestPerson } from './test-api.ts'

export interface TokenAnswer {
  readonly token: string
  readonly access_token: string
  readonly expires_in: number
  readonly issued_at: string
  readonly scope: string
  readonly refresh_token?: string
}

export const image = tinyImage({ layers: ['app'] })

export const tokenPath = (
  scopes: readonly string[],
  more: Readonly<Record<string, string>> = {},
): string => {
  const query = new URLSearchParams([
    ['service', 'registry.test'],
    ...scopes.map((scope) => ['scope', scope] as [string, string]),
    ...Object.entries(more),
  ])
  return `/v2/token?${query.toString()}`
}

export const challengeOf = (answer: { readonly headers: Headers }): string | null =>
  answer.headers.get('WWW-Authenticate')

/** A registry with `team/app:1.0`, and clients that get tokens from it. */
export async function createTokenWorld() {
  const api = await createTestApi()
  await api.as('admin').pushImage('team/app', image, '1.0')
  return {
    api,

    openToAll: (...scopes: readonly string[]) =>
      setAnonymousGrants(
        api.services,
        scopes.map((scope) => ({ scope, accessLevel: 'read-only' })),
        theServer,
      ),

    /** The whole answer of `GET /v2/token`. */
    async issued(
      as: TestPerson | null,
      scopes: readonly string[] = [],
      more: Readonly<Record<string, string>> = {},
    ): Promise<TokenAnswer> {
      const answer = await api.as(as).ask('GET', tokenPath(scopes, more))
      expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
      return answer.json as TokenAnswer
    },

    withBearer: (token: string, method: string, path: string) =>
      api.as(null).ask(method, path, {
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': image.mediaType },
        ...(method === 'PUT' ? { body: image.bytes } : {}),
      }),

    postForm: (fields: Readonly<Record<string, string>>) =>
      api.as(null).ask('POST', '/v2/token', {
        headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: new URLSearchParams(fields).toString(),
      }),
  }
}

export type TokenWorld = Awaited<ReturnType<typeof createTokenWorld>>
