import { coversRepository } from './access-level.ts'
import { parseScope } from './grants.ts'
import { ok, err, type Result } from '../values/result.ts'
import { repositoryActions, type RepositoryAction } from './repository-action.ts'

/** Every repository that the account may access, now and later. */
export const everyRepository = '*'

/** What an access token allows. It never gives more than its account has. */
export interface TokenScope {
  /** Namespaces (`team`), repositories (`team/app`), or `*` alone. */
  readonly repositories: readonly string[]
  readonly actions: readonly RepositoryAction[]
}

export const accessTokenBounds = {
  nameLength: 64,
  repositories: 100,
  /** Per account. */
  tokens: 100,
} as const

/** The beginning of every access token, for programs that search for leaked secrets. */
export const accessTokenPrefix = 'jst_'
const secretPattern = /^jst_[a-f0-9]{64}$/

export const isAccessToken = (text: string): boolean => secretPattern.test(text)

export const scopeAllows = (
  { repositories, actions }: TokenScope,
  repository: string,
  action: RepositoryAction,
): boolean =>
  actions.includes(action) &&
  repositories.some((scope) => scope === everyRepository || coversRepository(scope, repository))

/** The name that a person gives to a token. */
export function parseTokenName(input: string): Result<string> {
  const name = input.trim()
  if (name === '' || name.length > accessTokenBounds.nameLength || /\p{Cc}/u.test(name)) {
    return wrong(
      'name',
      `a token has a name, of at most ${accessTokenBounds.nameLength} characters`,
    )
  }
  return ok(name)
}

/** Refusals name the field. */
export function parseTokenScope(
  repositories: readonly string[],
  actions: readonly string[],
): Result<TokenScope> {
  const known = repositoryActions.filter((action) => actions.includes(action))
  if (known.length === 0 || actions.some((action) => !known.some((one) => one === action))) {
    return wrong('actions', `choose one or more of ${repositoryActions.join(', ')}`)
  }
  if (repositories.length === 0 || repositories.length > accessTokenBounds.repositories) {
    return wrong(
      'repositories',
      `name 1 to ${accessTokenBounds.repositories} namespaces or repositories, or "*" for all`,
    )
  }
  if (repositories.includes(everyRepository)) {
    return ok({ repositories: [everyRepository], actions: known })
  }
  const scopes = new Set<string>()
  for (const [at, input] of repositories.entries()) {
    const scope = parseScope(input)
    if (!scope.ok) return wrong(`repositories.${at}`, scope.refusal.message)
    scopes.add(scope.value)
  }
  return ok({ repositories: [...scopes].toSorted(), actions: known })
}

const wrong = (field: string, message: string) =>
  err({ code: 'INVALID_ACCESS_TOKEN', field, message })
