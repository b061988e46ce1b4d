import type { MiddlewareHandler } from 'hono'
import type { Env } from '../request-context.ts'
import type { ApiServices } from '../services.ts'

/**
 * A question to one server knows of what another one has answered before: each hears first what the
 * others told, and tells what it changed before its answer.
 */
export const besideServers =
  ({ otherServers, reportFailure }: ApiServices): MiddlewareHandler<Env> =>
  async (context, next) => {
    // Without it, answers are as old as those about what other software writes.
    await otherServers
      .heard()
      .catch((error: unknown) => reportFailure(error, 'what other servers changed'))
    await next()
    if (!['GET', 'HEAD'].includes(context.req.method)) await otherServers.told()
  }
