import type { Handler, Hono, MiddlewareHandler } from 'hono'
import { requireAdmin, requireAnySignedIn, requireSignedIn } from '../middleware/access.ts'
import type { Env } from '../env.ts'
import { notAllowed } from './mount-calls.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * Who may call it. The handler decides what they may do with one repository, once it knows the
 * name.
 */
export type Caller = 'anyone' | 'signed in, or by access token' | 'signed in' | 'administrator'

export interface Call {
  readonly by: Caller
  readonly answer: Handler<Env>
}

/** All methods of one path. */
export type Resource = Partial<Record<Method, Call>>

const checkOf: Record<Caller, MiddlewareHandler<Env>> = {
  anyone: async (_context, next) => next(),
  'signed in, or by access token': requireAnySignedIn,
  'signed in': requireSignedIn,
  administrator: requireAdmin,
}

/** Answers the calls of a path, and 405 to every other method. */
export function mount(app: Hono<Env>, path: string, resource: Resource): void {
  for (const [method, { by, answer }] of Object.entries(resource)) {
    app.on(method, path, checkOf[by], answer)
  }
  app.all(path, (context) => {
    throw notAllowed(context, Object.keys(resource))
  })
}
