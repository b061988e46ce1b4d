import type { RepositoryAction } from '#domain/access/repository-action.ts'
import type { Context, Hono } from 'hono'
import { noSuchRepository, repositoryWithAccess } from '../../middleware/access.ts'
import type { Env } from '../../env.ts'
import type { ApiServices } from '../../services.ts'
import { answerImageDeletion, answerTagDeletion } from '../images/deletions.ts'
import { getLayerMap } from '../images/layer-map.ts'
import { deletionImpact } from '../images/deletion-impact.ts'
import { getRepository } from './repository.ts'
import type { RepositoryAnswer } from './repository-answer.ts'
import {
  readRepositoryPath,
  type RepositoryPath,
  type RepositoryResource,
} from './repository-path.ts'
import { notAllowed } from '../mount-calls.ts'
import type { Method } from '../mount-resource.ts'
import { answerRepositoryRemoval } from './repository-removal.ts'
import { answerTagAddition } from '../images/add-tag.ts'
import { getTag } from '../images/tag-details.ts'
import { listTags } from '../images/tags.ts'
import { viewerOf, type Viewer } from '../accounts/viewer.ts'

interface RepositoryCall {
  /** Null: the handler decides itself, because its path may be a namespace. */
  readonly needs: RepositoryAction | 'admin' | null
  readonly answer: RepositoryAnswer
}

type RepositoryCalls = Record<RepositoryResource, Partial<Record<Method, RepositoryCall>>>

const calls: RepositoryCalls = {
  repository: {
    GET: { needs: null, answer: getRepository },
    DELETE: { needs: 'admin', answer: answerRepositoryRemoval },
  },
  tags: { GET: { needs: 'pull', answer: listTags } },
  tag: {
    GET: { needs: 'pull', answer: getTag },
    PUT: { needs: 'push', answer: answerTagAddition },
    DELETE: { needs: 'delete', answer: answerTagDeletion },
  },
  manifest: { DELETE: { needs: 'delete', answer: answerImageDeletion } },
  'layer-map': { GET: { needs: 'pull', answer: getLayerMap } },
  'deletion-impact': { POST: { needs: 'pull', answer: deletionImpact } },
}

/**
 * Mounts everything below `/repositories/`. Names contain slashes, which no route pattern supports,
 * so this matches the whole rest of the path.
 */
export function mountRepositoryPaths(app: Hono<Env>, services: ApiServices): void {
  app.all('/repositories/*', (context) => answerRepositoryPath(context, services))
}

async function answerRepositoryPath(
  context: Context<Env>,
  services: ApiServices,
): Promise<Response> {
  const viewer = viewerOf(context)
  const { pathname } = new URL(context.req.url)
  const rest = pathname.slice(pathname.indexOf(prefix) + prefix.length)
  const readings = readRepositoryPath(rest)
  const method = context.req.method === 'HEAD' ? 'GET' : context.req.method
  const candidates = readings.flatMap((path) => {
    const call = calls[path.resource][method as Method]
    return call === undefined ? [] : [{ path, call }]
  })
  if (candidates.length === 0 && readings.length > 0) {
    const methods = readings.flatMap(({ resource }) => Object.keys(calls[resource]))
    throw notAllowed(context, [...new Set(methods)])
  }
  const [first] = candidates
  if (first === undefined) throw noSuchRepository(rest)
  const { path, call } = (await existing(services, viewer, candidates)) ?? first
  if (call.needs !== null) repositoryWithAccess(context, path.repository, call.needs)
  return call.answer(context, services, path)
}

const prefix = '/repositories/'

/** Of several meanings, the first whose repository exists for the viewer. */
async function existing<T extends { readonly path: RepositoryPath }>(
  services: ApiServices,
  viewer: Viewer,
  candidates: readonly T[],
): Promise<T | undefined> {
  if (candidates.length === 1) return candidates[0]
  for (const candidate of candidates) {
    if (!viewer.sees(candidate.path.repository)) continue
    const summary = await services.registry.queries.repository(candidate.path.repository)
    if (summary !== null) return candidate
  }
  return undefined
}
