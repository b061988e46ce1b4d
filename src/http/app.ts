import type { Principal } from '#services/accounts/authentication.ts'
import { Hono } from 'hono'
import { identify, requireSignedIn } from './middleware/access.ts'
import type { Env, HostBindings } from './request-context.ts'
import { ApiError, sendApiError, toApiError } from './errors.ts'
import { healthz } from './healthz.ts'
import { metricsRoute } from './metrics/metrics-route.ts'
import { observeRequests } from './middleware/observe-requests.ts'
import { nothingAllowed, securityHeaders } from './middleware/security-headers.ts'
import type { ApiServices, LocalFetch } from './services.ts'
import { createV0 } from './v0/v0.ts'
import { createV2 } from './v2/v2.ts'

export type { HostBindings } from './request-context.ts'

export interface Api {
  /**
   * Answers any request to `/api/v0`, `/v2`, `/healthz` and `/metrics`, and 404 to others. Never
   * rejects.
   */
  fetch(request: Request, bindings?: HostBindings): Promise<Response>
  /**
   * Makes calls without a request from outside, in the name of an account: for sample images at
   * start-up.
   */
  fetchAs(principal: Principal): LocalFetch
}

/** The whole HTTP application, independent of a host. */
export function createApi(services: ApiServices): Api {
  const app = new Hono<Env>()

  const call = async (request: Request, bindings: Env['Bindings']): Promise<Response> =>
    app.fetch(request, bindings)

  app.use(async (context, next) => {
    const { principal: _, ...bindings } = context.env
    context.set('localFetch', (request) =>
      call(request, {
        ...bindings,
        ...(context.var.principal === null ? {} : { principal: context.var.principal }),
      }),
    )
    await next()
  })
  app.use(observeRequests(services))
  app.use(securityHeaders(nothingAllowed))
  app.get('/healthz', healthz(services))
  app.get('/metrics', identify(services), requireSignedIn, metricsRoute(services))
  app.route('/api/v0', createV0(services))
  app.route('/v2', createV2(services))

  app.notFound((context) =>
    sendApiError(context, new ApiError('NOT_FOUND', `there is nothing at ${context.req.path}`)),
  )
  app.onError((error, context) => {
    const answer = toApiError(error)
    if (answer.cause !== undefined) {
      services.reportFailure(answer.cause, `${context.req.method} ${context.req.path}`)
    }
    return sendApiError(context, answer)
  })

  return {
    // Copies only what a host may set, so that a host cannot pass in a principal.
    fetch: (request, { remoteAddress, publicOrigin, sessionToken } = {}) =>
      call(request, { remoteAddress, publicOrigin, sessionToken }),
    fetchAs: (principal) => (request) => call(request, { principal }),
  }
}
