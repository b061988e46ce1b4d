import type { Context } from 'hono'
import type { Env } from './env.ts'

/**
 * Where people and clients reach the application: `https://registry.example.com`. What the host was
 * told, or else what the request itself names.
 */
export const publicOriginOf = (context: Context<Env>): string =>
  context.env.publicOrigin ?? new URL(context.req.url).origin

/** Whether the connection is encrypted where it leaves the client. */
export function isReachedByTls(context: Context<Env>): boolean {
  // The page that a browser is at: claiming another one falsely only costs the claimant.
  const page = context.req.header('Origin')
  return publicOriginOf(context).startsWith('https:') || (page?.startsWith('https:') ?? false)
}
