import type { RepositoryName } from '#domain/repository-name.ts'
import type { Context } from 'hono'
import type { Env } from './env.ts'
import type { ApiServices } from './services.ts'

/** Any will do: storage has to look whether it is there. */
const someRepository = 'health' as RepositoryName

/** Alive when storage answers; 503 otherwise. Says no more, for anybody may ask. */
export const healthz =
  ({ registry, reportFailure }: ApiServices) =>
  async (context: Context<Env>): Promise<Response> => {
    try {
      await registry.catalog.has(someRepository)
      return context.json({ status: 'ok' })
    } catch (error) {
      reportFailure(error, 'GET /healthz')
      return context.json({ status: 'storage does not answer' }, 503)
    }
  }
