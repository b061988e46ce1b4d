import type { Context } from 'hono'
import type { Env } from '../request-context.ts'
import type { ApiServices } from '../services.ts'
import { expositionMediaType } from './exposition.ts'

/**
 * `GET /metrics`. For any account, also one without access to anything: it names no repository, tag
 * or person, so the scraper need not be an administrator.
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
