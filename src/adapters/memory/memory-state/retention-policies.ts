import type { RetentionPolicies, StoredPolicyVersion } from '#state/retention-policies.ts'
import type { Changed, Tables } from './tables.ts'

const byScope = (one: StoredPolicyVersion, other: StoredPolicyVersion): number =>
  one.scope < other.scope ? -1 : 1

export const createMemoryRetentionPolicies = (
  { retentionPolicies }: Tables,
  changed: Changed,
): RetentionPolicies => ({
  async newest() {
    return [...retentionPolicies.values()]
      .flatMap((versions) => versions.at(-1) ?? [])
      .toSorted(byScope)
  },

  async newestOf(scopes) {
    return scopes.flatMap((scope) => retentionPolicies.get(scope)?.at(-1) ?? [])
  },

  async versions(scope) {
    return (retentionPolicies.get(scope) ?? []).toReversed()
  },

  async add(version) {
    const before = retentionPolicies.get(version.scope) ?? []
    if ((before.at(-1)?.version ?? 0) !== version.version - 1) return false
    retentionPolicies.set(version.scope, [...before, version])
    changed()
    return true
  },
})
