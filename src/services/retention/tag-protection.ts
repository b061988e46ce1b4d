import type { RetentionPolicy } from '#domain/retention/policy.ts'
import { ruleInWords } from '#domain/retention/rule-in-words.ts'
import { scopesOf } from '#domain/retention/scope.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { FindProtection, ProtectionOf } from '#registry/tags/protected-tags.ts'
import type { StoredPolicyVersion } from '#state/retention-policies.ts'
import { readSavedPolicy, type RetentionDeps, type SavedRetentionPolicy } from './policies.ts'

/** Each is read once; a save adds another. */
const maximumRemembered = 100

/** The policy that decides for a repository: that of the narrowest scope that has one. */
export async function policyFor(
  { state }: RetentionDeps,
  repository: RepositoryName,
  read: (stored: StoredPolicyVersion) => SavedRetentionPolicy | null = readSavedPolicy,
): Promise<SavedRetentionPolicy | null> {
  const scopes: readonly string[] = scopesOf(repository)
  const newest = await state.retentionPolicies.newestOf(scopes)
  const narrowestFirst = newest.toSorted(
    (one, other) => scopes.indexOf(one.scope) - scopes.indexOf(other.scope),
  )
  for (const stored of narrowestFirst) if (stored.text !== null) return read(stored)
  return null
}

function protectionBy(scope: string, { rules }: RetentionPolicy): ProtectionOf | null {
  const protecting = rules.filter(({ verb }) => verb === 'protect')
  if (protecting.length === 0) return null
  return (tag) => {
    const rule = protecting.find(({ selector }) => selector.tags?.matches(tag))
    return rule === undefined ? null : { scope, rule: ruleInWords(rule) }
  }
}

/**
 * Which tags the retention policies protect. A policy that cannot be read protects every tag in its
 * scope: it may protect any.
 */
export function createTagProtection(deps: RetentionDeps): FindProtection {
  const remembered = new Map<string, SavedRetentionPolicy | null>()

  function read(stored: StoredPolicyVersion): SavedRetentionPolicy | null {
    const key = `${stored.scope} ${stored.version}`
    const known = remembered.get(key)
    if (known !== undefined) return known
    const policy = readSavedPolicy(stored)
    remembered.set(key, policy)
    const [oldest] = remembered.keys()
    if (remembered.size > maximumRemembered && oldest) remembered.delete(oldest)
    return policy
  }

  return async (repository) => {
    const saved = await policyFor(deps, repository, read)
    if (saved === null) return null
    const { scope, policy } = saved
    if (policy.ok) return protectionBy(scope, policy.value)
    const rule = `this policy cannot be read, so it keeps everything: ${policy.refusal.message}`
    return () => ({ scope, rule })
  }
}
