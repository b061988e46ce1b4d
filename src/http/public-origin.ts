import type { Context } from 'hono'
import type { Env } from './request-context.ts'

/**
 * The address at which people and clients reach the application: `https://registry.example.com`.
 * The host's configured one or else the request's own.
 */
export const publicOriginOf = (context: Context<Env>): string =>
  context.env.publicOrigin ?? new URL(context.req.url).origin

/** Whether the client's end of the connection is encrypted. */
export function isReachedByTls(context: Context<Env>): boolean {
  // The page's origin: a client that claims a false one harms only itself.
  const page = context.req.header('Origin')
  return publicOriginOf(context).startsWith('https:') || (page?.startsWith('https:') ?? false)
}
