import type { WireGrant } from '#contract/accounts/accounts.ts'
import type { AccessLevel } from '#domain/access/access-level.ts'
import { parseScope } from '#domain/access/grants.ts'

/** A line of the form: a grant that may be incomplete. */
export interface GrantDraft {
  /** Valid for as long as the form is open. */
  readonly key: number
  readonly scope: string
  readonly accessLevel: AccessLevel
}

export type DraftMistakes = ReadonlyMap<number, string>

export const draftOf = (grants: readonly WireGrant[]): readonly GrantDraft[] =>
  grants.map((grant, key) => ({ ...grant, key }))

/** The draft with a new line, whose key no other line has. */
export const withNewLine = (draft: readonly GrantDraft[]): readonly GrantDraft[] => [
  ...draft,
  {
    key: Math.max(-1, ...draft.map(({ key }) => key)) + 1,
    scope: '',
    accessLevel: 'read-only',
  },
]

/** The mistakes, by the line's key. An empty line is no mistake: it is left out. */
export function mistakesIn(draft: readonly GrantDraft[]): DraftMistakes {
  const mistakes = new Map<number, string>()
  const seen = new Set<string>()
  for (const { key, scope } of draft) {
    if (scope === '') continue
    if (!parseScope(scope).ok) {
      mistakes.set(key, 'Lower-case letters, digits and single . _ - in parts joined by /')
    } else if (seen.has(scope)) {
      mistakes.set(key, 'This is listed twice')
    }
    seen.add(scope)
  }
  return mistakes
}

const byScope = (one: WireGrant, other: WireGrant): number =>
  one.scope < other.scope ? -1 : Number(one.scope > other.scope)

/** The grants to save, sorted by scope as the server keeps them. */
export const grantsOf = (draft: readonly GrantDraft[]): readonly WireGrant[] =>
  draft
    .filter(({ scope }) => scope !== '')
    .map(({ scope, accessLevel }) => ({ scope, accessLevel }))
    .toSorted(byScope)

export const isChanged = (draft: readonly GrantDraft[], saved: readonly WireGrant[]): boolean =>
  JSON.stringify(grantsOf(draft)) !==
  JSON.stringify(saved.map(({ scope, accessLevel }) => ({ scope, accessLevel })).toSorted(byScope))

/** The line whose broader scope this one narrows: `team` for `team/app`. */
export function narrowed(draft: readonly GrantDraft[], { scope }: GrantDraft): string | null {
  const broader = draft
    .map((line) => line.scope)
    .filter((other) => other !== '' && scope.startsWith(`${other}/`))
    .toSorted((one, other) => other.length - one.length)
  return broader[0] ?? null
}
