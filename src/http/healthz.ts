import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Context } from 'hono'
import type { Env } from './request-context.ts'
import type { ApiServices } from './services.ts'

/** Any name will do: it makes the storage check whether it is there. */
const someRepository = 'health' as RepositoryName

/**
 * 200 when storage answers; 503 otherwise. A read-only storage still serves pulls, and a restart
 * would not repair it: the answer only says so. It says no more, because anyone may ask.
 */
export const healthz =
  ({ registry, disks, reportFailure }: ApiServices) =>
  async (context: Context<Env>): Promise<Response> => {
    try {
      await registry.catalog.has(someRepository)
      const [storage, state] = [disks.storage(), disks.state()]
      return context.json({ status: 'ok', writable: storage.writable, storage, state })
    } catch (error) {
      reportFailure(error, 'GET /healthz')
      return context.json({ status: 'storage does not answer' }, 503)
    }
  }
