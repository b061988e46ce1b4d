import { parseRepositoryName } from '#domain/values/repository-name.ts'
import { repositoryActions, type RepositoryAction } from '#domain/access/repository-action.ts'
import { mayDo, type Principal } from '#services/accounts/principal.ts'
import type { BearerGrant } from '../../middleware/bearer-tokens.ts'

/** More than a client asks for; the header that carries a token has a maximum length. */
const maximumScopes = 50

/**
 * The allowed part of the scopes that a client asks for (Docker's token specification, "Scope"):
 * `repository:team/app:pull,push`, `registry:catalog:*`. Leaves out what is not allowed or unknown,
 * without an error.
 */
export function grantedOf(principal: Principal, scopes: readonly string[]): BearerGrant {
  const granted = new Map<string, Set<RepositoryAction>>()
  let catalog = false
  for (const scope of scopes.flatMap((text) => text.split(' ')).slice(0, maximumScopes)) {
    const { type, name, actions } = partsOf(scope)
    if (type === 'registry' && name === 'catalog') catalog = true
    if (type !== 'repository' || !parseRepositoryName(name).ok) continue
    const had = granted.get(name) ?? new Set()
    for (const action of repositoryActions) {
      const isAsked = actions.includes(action) || actions.includes('*')
      if (isAsked && mayDo(principal, name, action)) had.add(action)
    }
    if (had.size > 0) granted.set(name, had)
  }
  return {
    repositories: [...granted].map(([name, actions]) => ({ name, actions: [...actions] })),
    catalog,
  }
}

/** The name of a resource may contain colons. */
function partsOf(scope: string) {
  const [, type = '', name = '', actions = ''] = /^([^:]*):(.*):([^:]*)$/.exec(scope) ?? []
  return { type, name, actions: actions.split(',') }
}

/** The same as text, as OAuth2 answers it. */
export const scopeText = ({ repositories, catalog }: BearerGrant): string =>
  [
    ...repositories.map(({ name, actions }) => `repository:${name}:${actions.join(',')}`),
    ...(catalog ? ['registry:catalog:*'] : []),
  ].join(' ')
