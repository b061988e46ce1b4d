import type { Call, Caller } from '#contract/endpoints/call.ts'
import type { Method } from '#contract/endpoints/endpoint.ts'
import type { Context, Handler, Hono, MiddlewareHandler } from 'hono'
import { requireAdmin, requireAnySignedIn, requireSignedIn } from '../middleware/access.ts'
import type { Env } from '../request-context.ts'
import { ApiError } from '../errors.ts'

/** What answers each call of a table. The handler decides what a caller may do with one thing. */
export type Handlers<Of> = { readonly [Name in keyof Of]: Handler<Env> }

type PlainCaller = Extract<Caller, string>

/** Not of one repository: access to that can be checked only when its name is known. */
interface PlainCall extends Call {
  readonly by: PlainCaller
}

const checkOf: Record<PlainCaller, MiddlewareHandler<Env>> = {
  anyone: async (_context, next) => next(),
  'signed in, or by access token': requireAnySignedIn,
  'signed in': requireSignedIn,
  administrator: requireAdmin,
}

/**
 * Answers the calls of a table, and 405 to every other method at their paths. All calls of one path
 * have to be in one table.
 */
export function mountCalls<Of extends Readonly<Record<string, PlainCall>>>(
  app: Hono<Env>,
  calls: Of,
  handlers: Handlers<Of>,
): void {
  const methodsAt = new Map<string, Method[]>()
  for (const [name, { endpoint, by }] of Object.entries(calls)) {
    const { method, path } = endpoint
    const pattern = path.replaceAll(/\{(\w+)\+\}/g, ':$1{.+}').replaceAll(/\{(\w+)\}/g, ':$1')
    methodsAt.set(pattern, [...(methodsAt.get(pattern) ?? []), method])
    app.on(method, pattern, checkOf[by], handlers[name as keyof Of])
  }
  for (const [pattern, methods] of methodsAt) {
    app.all(pattern, (context) => {
      throw notAllowed(context, methods)
    })
  }
}

/** 405 with the allowed methods: `HEAD` is allowed where `GET` is. */
export function notAllowed(context: Context<Env>, methods: readonly string[]): ApiError {
  const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  const list = allowed.join(', ')
  return new ApiError('NOT_ALLOWED', `${context.req.method} is not possible here; ${list} is`, {
    headers: { Allow: list },
  })
}
