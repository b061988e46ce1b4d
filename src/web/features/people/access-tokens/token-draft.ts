import type { NewAccessTokenRequest } from '#contract/accounts/access-tokens.ts'
import { everyRepository, parseTokenName } from '#domain/access/access-token.ts'
import { parseScope } from '#domain/access/grants.ts'
import type { RepositoryAction } from '#domain/access/repository-action.ts'
import { refusalOf } from '#web/components/form/refusal-of.ts'

export const lifetimes = [
  { days: 7, label: 'in 7 days' },
  { days: 30, label: 'in 30 days' },
  { days: 90, label: 'in 90 days' },
  { days: 365, label: 'in a year' },
  { days: null, label: 'never' },
] as const

export interface TokenDraft {
  readonly name: string
  readonly isForAll: boolean
  readonly scopes: readonly string[]
  readonly actions: readonly RepositoryAction[]
  /** Null: it never expires. */
  readonly days: number | null
}

/** The most common kind of token: for a program that pulls. */
export const newDraft: TokenDraft = {
  name: '',
  isForAll: false,
  scopes: [''],
  actions: ['pull'],
  days: 90,
}

/** By field; of a line, by its position: `scopes.0`. */
export function mistakesIn({
  name,
  isForAll,
  scopes,
  actions,
}: TokenDraft): Readonly<Record<string, string | null>> {
  const isAnyGiven = scopes.some((scope) => scope !== '')
  const mistakeIn = (scope: string, at: number): string | null => {
    if (isForAll) return null
    if (scope !== '') return refusalOf(parseScope(scope))
    return isAnyGiven || at > 0 ? null : 'Name a namespace or a repository.'
  }
  return {
    name: refusalOf(parseTokenName(name)),
    actions: actions.length > 0 ? null : 'Choose at least one.',
    ...Object.fromEntries(scopes.map((scope, at) => [`scopes.${at}`, mistakeIn(scope, at)])),
  }
}

const dayMs = 24 * 3_600_000

export const requestOf = (draft: TokenDraft, nowMs: number): NewAccessTokenRequest => ({
  name: draft.name.trim(),
  repositories: draft.isForAll ? [everyRepository] : draft.scopes.filter((scope) => scope !== ''),
  actions: [...draft.actions],
  expiresAt: draft.days === null ? null : new Date(nowMs + draft.days * dayMs).toISOString(),
})
