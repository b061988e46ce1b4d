import type { Context } from 'hono'
import type { Env } from '../env.ts'
import type { ApiServices } from '../services.ts'
import { expositionMediaType } from './exposition.ts'

/**
 * `GET /metrics`. For any account, also one without access to anything: no name of a repository, a
 * tag or a person is in it, and what scrapes it need not be an administrator.
 */
export const metricsRoute =
  ({ metrics }: Pick<ApiServices, 'metrics'>) =>
  async (context: Context<Env>): Promise<Response> => {
    const text = await metrics.exposition()
    return context.body(text, 200, {
      'Content-Type': expositionMediaType,
      'Cache-Control': 'no-store',
    })
  }
