import type { Env } from '../request-context.ts'
import type { Context } from 'hono'
import type * as z from 'zod/mini'
import { invalidIssue, issueMessages } from './invalid-input.ts'

/**
 * The query of a request by its schema. A parameter without a value counts as absent; of repeated
 * ones the first counts; unknown ones are ignored, because older clients send more than we know.
 *
 * @throws ApiError `INVALID_PARAMETERS`
 */
export function readQuery<T>(context: Context<Env>, schema: z.ZodMiniType<T>): T {
  const sent = Object.entries(context.req.query()).filter(([, value]) => value !== '')
  const parsed = schema.safeParse(Object.fromEntries(sent), issueMessages)
  if (!parsed.success) throw invalidIssue(parsed.error, 'query')
  return parsed.data
}
