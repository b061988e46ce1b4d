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
