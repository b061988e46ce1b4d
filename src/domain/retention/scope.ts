import { parseRepositoryName, type RepositoryName } from '../values/repository-name.ts'
import { ok, err, type Result } from '../values/result.ts'

declare const scopeBrand: unique symbol

/**
 * Where a policy applies: `registry` for all of it, else a namespace (`team`) or a repository
 * (`team/app`), whose grammar is the same.
 */
export type RetentionScope = string & { readonly [scopeBrand]: 'RetentionScope' }

export const wholeRegistry = 'registry' as RetentionScope

export function parseRetentionScope(input: unknown): Result<RetentionScope> {
  const name = parseRepositoryName(input)
  if (name.ok) return ok(name.value as string as RetentionScope)
  return err({
    code: 'INVALID_SCOPE',
    message: `a scope is "registry", a namespace such as "team", or a repository such as "team/app"`,
  })
}

/**
 * The scopes that a repository is in, the narrowest first. The first that has a policy decides. A
 * namespace that is itself called `registry` has no scope of its own.
 */
export function scopesOf(repository: RepositoryName): readonly RetentionScope[] {
  const scopes: string[] = []
  for (let name: string = repository; name !== ''; name = name.slice(0, name.lastIndexOf('/'))) {
    if (name !== wholeRegistry) scopes.push(name)
    if (!name.includes('/')) break
  }
  return [...scopes, wholeRegistry] as RetentionScope[]
}
