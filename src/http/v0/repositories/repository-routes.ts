import type { Call, Caller } from '#contract/endpoints/call.ts'
import { deletionCalls } from '#contract/endpoints/deletion.ts'
import { layerMapCalls } from '#contract/endpoints/layer-map.ts'
import { pruningCalls } from '#contract/endpoints/pruning.ts'
import { repositoryCalls } from '#contract/endpoints/repositories.ts'
import { tagCalls } from '#contract/endpoints/tags.ts'
import { untaggedCalls } from '#contract/endpoints/untagged.ts'
import type { Context, Hono } from 'hono'
import { noSuchRepository, repositoryWithAccess } from '../../middleware/access.ts'
import type { Env } from '../../request-context.ts'
import type { ApiServices } from '../../services.ts'
import { answerImageDeletion, answerTagDeletion } from '../images/deletions.ts'
import { getLayerMap } from '../images/layer-map.ts'
import { deletionImpact } from '../images/deletion-impact.ts'
import { getRepositoryDeletion } from './repository-deletion.ts'
import { getRepository } from './repository.ts'
import type { RepositoryAnswer } from './repository-answer.ts'
import { createPathReader, type RepositoryPath } from './repository-path.ts'
import { notAllowed } from '../mount-calls.ts'
import { answerRepositoryRemoval } from './repository-removal.ts'
import { answerTagAddition } from '../images/add-tag.ts'
import { getTag } from '../images/tag-details.ts'
import { listTags } from '../images/tags.ts'
import { listUntagged } from '../images/untagged.ts'
import {
  addPruningPolicy,
  changePruningPolicy,
  getPruningPolicy,
  listPruningPolicies,
  removePruningPolicy,
  testPruningPolicy,
} from '../retention/pruning-policies.ts'
import { viewerOf, type Viewer } from '../accounts/viewer.ts'

/** All calls of one repository. */
const table = {
  ...repositoryCalls,
  ...tagCalls,
  ...deletionCalls,
  ...layerMapCalls,
  ...pruningCalls,
  ...untaggedCalls,
}

const answers: Readonly<Record<keyof typeof table, RepositoryAnswer>> = {
  getRepository,
  removeRepository: answerRepositoryRemoval,
  getRepositoryDeletion,
  listTags,
  getTag,
  addTag: answerTagAddition,
  deleteTag: answerTagDeletion,
  deleteImage: answerImageDeletion,
  getLayerMap,
  getDeletionImpact: deletionImpact,
  listUntagged,
  listPruningPolicies,
  addPruningPolicy,
  testPruningPolicy,
  getPruningPolicy,
  changePruningPolicy,
  removePruningPolicy,
}

interface RepositoryCall extends Call {
  /** The one that only asks who signed in decides itself: its path may be a namespace. */
  readonly by: Exclude<Caller, string> | 'signed in, or by access token'
}

const calls: readonly RepositoryCall[] = Object.values(table)

const readPath = createPathReader(calls.map(({ endpoint }) => endpoint.path))

/**
 * Mounts everything below `/repositories/`. Names contain slashes, which no route pattern supports,
 * so this matches the whole rest of the path.
 */
export function mountRepositoryCalls(app: Hono<Env>, services: ApiServices): void {
  app.all('/repositories/*', (context) => answerRepositoryPath(context, services))
}

async function answerRepositoryPath(
  context: Context<Env>,
  services: ApiServices,
): Promise<Response> {
  const viewer = viewerOf(context)
  const { pathname } = new URL(context.req.url)
  const rest = pathname.slice(pathname.indexOf(prefix) + prefix.length)
  const readings = readPath(rest)
  const method = context.req.method === 'HEAD' ? 'GET' : context.req.method
  const candidates = readings.flatMap((path) =>
    callsAt(path)
      .filter(({ endpoint }) => endpoint.method === method)
      .map((call) => ({ path, call })),
  )
  if (candidates.length === 0 && readings.length > 0) {
    const methods = readings.flatMap(callsAt).map(({ endpoint }) => endpoint.method)
    throw notAllowed(context, [...new Set(methods)])
  }
  const [first] = candidates
  if (first === undefined) throw noSuchRepository(rest)
  const { path, call } = (await existing(services, viewer, candidates)) ?? first
  if (typeof call.by !== 'string') {
    repositoryWithAccess(context, path.repository, call.by.inRepository)
  }
  return answers[call.endpoint.name as keyof typeof answers](context, services, path)
}

const prefix = '/repositories/'

const callsAt = ({ template }: RepositoryPath): readonly RepositoryCall[] =>
  calls.filter(({ endpoint }) => endpoint.path === template)

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
