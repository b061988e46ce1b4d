import type { Principal } from '#services/accounts/authentication.ts'
import { StateError } from '#state/state-error.ts'
import type { Context } from 'hono'
import type { Env } from '../request-context.ts'
import { parseV2Path, type V2Path } from '../v2/v2-path.ts'
import type { BearerGrant } from './bearer-tokens.ts'

/** What a client asks while it pulls. */
const pulls: ReadonlySet<V2Path['kind']> = new Set([
  'base',
  'manifest',
  'blob',
  'tags',
  'referrers',
])

/**
 * The reader whom a bearer token names, while accounts cannot be read. This server has signed some
 * minutes ago that its owner may pull these repositories, so a pull under way ends well. Nothing
 * else is known then: a caller without such a token, or one that asks for more, is told that the
 * state does not answer.
 *
 * @param name null: an anonymous caller
 * @param error why the account could not be read; thrown unless that is a lost state
 */
export function readerByToken(
  { req }: Context<Env>,
  bearer: BearerGrant | null,
  name: string | null,
  error: unknown,
): Principal {
  const isLost = error instanceof StateError && error.code === 'UNAVAILABLE'
  const isRead = req.method === 'GET' || req.method === 'HEAD'
  const path = parseV2Path(new URL(req.url).pathname)
  if (!isLost || !isRead || bearer === null || path === null || !pulls.has(path.kind)) throw error
  const readable = bearer.repositories.flatMap(({ name: scope, actions }) =>
    actions.includes('pull') ? [{ scope, accessLevel: 'read-only' } as const] : [],
  )
  return name === null
    ? { name: 'anonymous', isAdmin: false, grants: [], publicGrants: readable }
    : { name, isAdmin: false, grants: readable }
}
