import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Context } from 'hono'
import type { Env } from './request-context.ts'
import type { ApiServices } from './services.ts'

/** Any name will do: it makes the storage check whether it is there. */
const someRepository = 'health' as RepositoryName

/**
 * 200 when storage answers; 503 otherwise. A read-only storage still serves pulls, without a database
 * those under way go on, and a restart would repair neither: the answer only says so. It says no more, because anyone may ask.
 */
export const healthz =
  ({ registry, reachStorage, disks, metrics, clock, reportFailure, serversReach }: ApiServices) =>
  async (context: Context<Env>): Promise<Response> => {
    try {
      const askedAtMs = clock.nowMs()
      await (reachStorage?.() ?? registry.catalog.has(someRepository))
      // The clock may have been set back.
      const latencyMs = Math.max(0, clock.nowMs() - askedAtMs)
      metrics.storageAnswered(latencyMs)
      const storage = { ...disks.storage(), reachable: true, latencyMs }
      const state = disks.state()
      const servers = serversReach && { servers: serversReach() }
      return context.json({ status: 'ok', writable: storage.writable, storage, state, ...servers })
    } catch (error) {
      metrics.storageAnswered(null)
      reportFailure(error, 'GET /healthz')
      return context.json({ status: 'storage does not answer' }, 503)
    }
  }
