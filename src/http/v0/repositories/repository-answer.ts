import type { Context } from 'hono'
import type { Env } from '../../request-context.ts'
import type { ApiServices } from '../../services.ts'
import type { RepositoryPath } from './repository-path.ts'

/** Answers one call about a repository, for a caller with the level that the call needs. */
export type RepositoryAnswer = (
  context: Context<Env>,
  services: ApiServices,
  path: RepositoryPath,
) => Promise<Response>
