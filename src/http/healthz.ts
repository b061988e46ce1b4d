import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Context } from 'hono'
import type { Env } from './env.ts'
import type { ApiServices } from './services.ts'

/** Any will do: storage has to look whether it is there. */
const someRepository = 'health' as RepositoryName

/**
 * Alive when storage answers; 503 otherwise. A storage that takes no changes still serves pulls, and
 * a restart would not mend it: that is only told. Says no more, for anybody may ask.
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
