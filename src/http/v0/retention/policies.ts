import type { retentionCalls } from '#contract/endpoints/retention.ts'
import type {
  PolicyConflict,
  PolicyProblems,
  WirePolicyVersion,
  WireRetentionPolicy,
} from '#contract/rules/retention.ts'
import { allows, coversRepository } from '#domain/access/access-level.ts'
import { describeRule, ruleInWords } from '#domain/retention/rule-in-words.ts'
import { parseRetentionScope, wholeRegistry, type RetentionScope } from '#domain/retention/scope.ts'
import type { Principal } from '#services/accounts/authentication.ts'
import { accessLevelOf } from '#services/accounts/principal.ts'
import {
  findRetentionPolicy,
  listRetentionPolicies,
  removeRetentionPolicy,
  saveRetentionPolicy,
  type InvalidSavedPolicy,
  type NoSuchPolicy,
  type PolicyChanged,
  type SavedRetentionPolicy,
} from '#services/retention/policies.ts'
import type { Context } from 'hono'
import { requiring, signedIn } from '../../middleware/access.ts'
import { actorOf, confirming, type Env } from '../../request-context.ts'
import { ApiError, refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import { invalidParameter } from '../invalid-input.ts'
import type { Handlers } from '../mount-calls.ts'
import { readText } from '../read-body.ts'

const noSuchPolicy = (scope: string): ApiError =>
  new ApiError('NO_SUCH_POLICY', `there is no retention policy of ${scope} itself`)

function scopeOf(context: Context<Env>): RetentionScope {
  const scope = parseRetentionScope(context.req.param('scope'))
  if (!scope.ok) throw invalidParameter('scope', scope.refusal.message)
  return scope.value
}

/** Whether something that the principal may see is in the scope. */
const sees = (principal: Principal, scope: string): boolean =>
  scope === wholeRegistry ||
  accessLevelOf(principal, scope) !== null ||
  principal.grants.some((grant) => coversRepository(scope, grant.scope))

/** The scope, if the caller may change its policy. */
const scopeToChange = (context: Context<Env>): RetentionScope =>
  requiring(context, () => {
    const scope = scopeOf(context)
    const principal = signedIn(context)
    if (principal.isAdmin) return scope
    if (scope === wholeRegistry) {
      throw new ApiError('NOT_AUTHORIZED', 'only an administrator may change this policy')
    }
    if (allows(accessLevelOf(principal, scope), 'admin')) return scope
    throw new ApiError('NOT_AUTHORIZED', `this needs admin access to ${scope}`)
  })

const etagOf = ({ version }: { readonly version: number }): string => `"${version}"`

/** Null: whichever version there is. */
function expectedVersion(context: Context<Env>): number | null {
  const header = context.req.header('If-Match')
  if (header === undefined || header === '*') return null
  const [, version] = /^"(\d{1,15})"$/.exec(header) ?? []
  if (version !== undefined) return Number(version)
  throw invalidParameter('If-Match', 'the version of the policy in quotes, such as "3"')
}

const policyTypes = ['application/json', 'application/yaml', 'application/x-yaml', 'text/yaml']

export const retentionPolicyHandlers = (services: ApiServices) =>
  ({
    listRetentionPolicies: async (context) => {
      const principal = signedIn(context)
      const saved = await listRetentionPolicies(services)
      const visible = saved.filter(({ scope }) => sees(principal, scope))
      return context.json({ policies: visible.map(toWire), grants: [...principal.grants] })
    },
    getRetentionPolicy: async (context) => {
      const scope = scopeOf(context)
      if (!sees(signedIn(context), scope)) throw noSuchPolicy(scope)
      const saved = await findRetentionPolicy(services, scope)
      if (saved === null) throw noSuchPolicy(scope)
      context.header('ETag', etagOf(saved))
      return context.json({ ...toWire(saved), versions: await versionsOf(services, scope) })
    },
    listRetentionVersions: async (context) => {
      const scope = scopeOf(context)
      const isSeen = sees(signedIn(context), scope)
      return context.json({ versions: isSeen ? await versionsOf(services, scope) : [] })
    },
    saveRetentionPolicy: async (context) => {
      const scope = scopeToChange(context)
      const expected = expectedVersion(context)
      const text = await readText(context, policyTypes)
      const saved = await saveRetentionPolicy(services, text, {
        scope,
        expectedVersion: expected,
        actor: actorOf(context),
        beforeChange: confirming(context),
      })
      if (!saved.ok) throw policyRefused(saved.refusal)
      context.header('ETag', etagOf(saved.value))
      return context.json(toWire(saved.value))
    },
    removeRetentionPolicy: async (context) => {
      const removed = await removeRetentionPolicy(services, {
        scope: scopeToChange(context),
        expectedVersion: expectedVersion(context),
        actor: actorOf(context),
        beforeChange: confirming(context),
      })
      if (!removed.ok) throw policyRefused(removed.refusal)
      return context.body(null, 204)
    },
  }) satisfies Partial<Handlers<typeof retentionCalls>>

async function versionsOf(
  { state }: Pick<ApiServices, 'state'>,
  scope: RetentionScope,
): Promise<WirePolicyVersion[]> {
  const versions = await state.retentionPolicies.versions(scope)
  return versions.map(({ version, savedAtMs, savedBy, text }) => ({
    version,
    savedAt: toInstant(savedAtMs),
    savedBy,
    text,
  }))
}

function toWire({
  scope,
  version,
  text,
  policy,
  savedAtMs,
  savedBy,
}: SavedRetentionPolicy): WireRetentionPolicy {
  const rules = policy.ok ? policy.value.rules : []
  return {
    scope,
    version,
    text,
    rules: rules.map(describeRule),
    problem: policy.ok ? null : policy.refusal.message,
    savedAt: toInstant(savedAtMs),
    savedBy,
  }
}

export function policyRefused(
  refusal: InvalidSavedPolicy | PolicyChanged | NoSuchPolicy,
): ApiError {
  if (refusal.code === 'NO_SUCH_POLICY') return refusalError(refusal)
  if (refusal.code === 'POLICY_CHANGED') {
    const { current, yours } = refusal
    const detail: PolicyConflict = { current: current && toWire(current), yours }
    return refusalError(refusal, detail)
  }
  const detail: PolicyProblems = {
    problems: [...refusal.problems],
    ...(refusal.expectations.length === 0
      ? {}
      : {
          expectations: refusal.expectations.map(({ expectation, verdict, rule }) => ({
            line: expectation.line,
            tag: expectation.tag,
            is: expectation.is,
            verdict,
            rule: rule && ruleInWords(rule),
          })),
        }),
  }
  return refusalError(refusal, detail)
}
