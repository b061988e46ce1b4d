import { pruningCalls } from '#contract/endpoints/pruning.ts'
import type { WirePruningPolicy } from '#contract/rules/pruning.ts'
import {
  listPruningPolicies as listPolicies,
  noSuchPolicy,
  removePruningPolicy as removePolicy,
  savePruningPolicy,
  testPruningPolicy as testPolicy,
  type PruningPolicy,
  type PruningRefusal,
} from '#services/retention/pruning-policies.ts'
import type { Context } from 'hono'
import { noSuchRepository } from '../../middleware/access.ts'
import { actorOf, confirming, type Env } from '../../request-context.ts'
import { refusalError, type ApiError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { invalidParameter } from '../invalid-input.ts'
import { readBody } from '../read-body.ts'
import { readQuery } from '../read-query.ts'
import type { RepositoryAnswer } from '../repositories/repository-answer.ts'
import type { RepositoryPath } from '../repositories/repository-path.ts'
import { policyRefused } from './policies.ts'

async function expectRepository(
  { registry }: ApiServices,
  { repository }: RepositoryPath,
): Promise<void> {
  if ((await registry.queries.repository(repository)) === null) throw noSuchRepository(repository)
}

const toWire = ({ id, rules }: PruningPolicy): WirePruningPolicy => ({
  id,
  enabled: true,
  rules: rules.map(({ field, operator, values }) => ({ field, operator, values: [...values] })),
})

function refused(refusal: PruningRefusal): ApiError {
  if (refusal.code === 'NO_COUNTERPART') {
    const { at, message } = refusal
    return invalidParameter(at === null ? 'rules' : `rules.${at}`, message)
  }
  return 'problems' in refusal || refusal.code !== 'INVALID_POLICY'
    ? policyRefused(refusal)
    : refusalError(refusal)
}

async function askedRules(context: Context<Env>): Promise<PruningPolicy['rules']> {
  const { enabled = true, rules } = await readBody(context, pruningCalls.addPruningPolicy.body)
  if (enabled) return rules
  throw invalidParameter(
    'enabled',
    'a rule that is off has no counterpart here: leave it out, or see with /test what it would remove',
  )
}

export const listPruningPolicies: RepositoryAnswer = async (context, services, path) => {
  await expectRepository(services, path)
  return context.json((await listPolicies(services, path.repository)).map(toWire))
}

export const getPruningPolicy: RepositoryAnswer = async (context, services, path) => {
  await expectRepository(services, path)
  const { repository, reference } = path
  const found = (await listPolicies(services, repository)).find(({ id }) => id === reference)
  if (found === undefined) throw refused(noSuchPolicy(repository, reference).refusal)
  return context.json(toWire(found))
}

async function save(
  context: Context<Env>,
  services: ApiServices,
  path: RepositoryPath,
  replacedID: string | null,
): Promise<WirePruningPolicy> {
  readQuery(context, pruningCalls.addPruningPolicy.query)
  const rules = await askedRules(context)
  await expectRepository(services, path)
  const saved = await savePruningPolicy(services, rules, replacedID, {
    repository: path.repository,
    actor: actorOf(context),
    beforeChange: confirming(context),
  })
  if (!saved.ok) throw refused(saved.refusal)
  return toWire(saved.value)
}

export const addPruningPolicy: RepositoryAnswer = async (context, services, path) =>
  context.json(await save(context, services, path, null), 201)

export const changePruningPolicy: RepositoryAnswer = async (context, services, path) =>
  context.json(await save(context, services, path, path.reference))

export const removePruningPolicy: RepositoryAnswer = async (context, services, path) => {
  await expectRepository(services, path)
  const removed = await removePolicy(services, path.reference, {
    repository: path.repository,
    actor: actorOf(context),
    beforeChange: confirming(context),
  })
  if (!removed.ok) throw refused(removed.refusal)
  return context.body(null, 204)
}

export const testPruningPolicy: RepositoryAnswer = async (context, services, path) => {
  const rules = await askedRules(context)
  await expectRepository(services, path)
  const deps = { ...services, queries: services.registry.queries }
  const tested = await testPolicy(deps, rules, path.repository)
  if (!tested.ok) throw refused(tested.refusal)
  return context.json(tested.value)
}
