import type { WireRetentionPolicy } from '#contract/rules/retention.ts'
import { parseRetentionScope, scopesOf, wholeRegistry } from '#domain/retention/scope.ts'
import { parseRepositoryName } from '#domain/values/repository-name.ts'

export const registryScope: string = wholeRegistry

/** `the registry`, `team/app`: as it stands in a sentence. */
export const scopeName = (scope: string): string =>
  scope === wholeRegistry ? 'the registry' : scope

/** The scope in the address; the registry if it names none that there can be. */
export function readScope(parameters: URLSearchParams): string {
  const parsed = parseRetentionScope(parameters.get('scope'))
  return parsed.ok ? parsed.value : registryScope
}

/** The namespaces around a scope, the narrowest first: `a/b` and `a` of `a/b/c`. */
export function scopesAround(scope: string): readonly string[] {
  const name = parseRepositoryName(scope)
  return name.ok ? scopesOf(name.value).filter((one) => one !== scope && one !== wholeRegistry) : []
}

/** The policy that decides for a scope: its own, or that of the next wider one that has any. */
export function policyInForce(
  policies: readonly WireRetentionPolicy[],
  scope: string,
): WireRetentionPolicy | null {
  const name = parseRepositoryName(scope)
  const scopes: readonly string[] =
    scope === wholeRegistry || !name.ok ? [scope] : scopesOf(name.value)
  for (const one of scopes) {
    const found = policies.find((policy) => policy.scope === one)
    if (found) return found
  }
  return null
}
