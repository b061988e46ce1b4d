import type { MiddlewareHandler } from 'hono'
import type { Env } from '../request-context.ts'
import type { ApiServices } from '../services.ts'

/** Counts every request, and reports those from outside to the host. */
export const observeRequests =
  ({ clock, metrics, requestAnswered }: ApiServices): MiddlewareHandler<Env> =>
  async (context, next) => {
    const startedMs = clock.nowMs()
    await next()
    const answered = {
      method: context.req.method,
      path: context.req.path,
      status: context.res.status,
      durationMs: Math.max(0, clock.nowMs() - startedMs),
      account: context.var.principal?.name ?? null,
      from: context.env.remoteAddress ?? null,
    }
    metrics.countRequest(answered)
    if (context.env.principal === undefined) requestAnswered(answered)
  }
