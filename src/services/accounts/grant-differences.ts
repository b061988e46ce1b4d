import type { AccessLevel, Grant } from '#domain/access/access-level.ts'
import type { EventData } from '#domain/events/event-data.ts'

const levelIn = (grants: readonly Grant[], scope: string): AccessLevel | null =>
  grants.find((grant) => grant.scope === scope)?.accessLevel ?? null

/** By scope. Empty: no difference. */
export function differencesOf(
  before: readonly Grant[],
  after: readonly Grant[],
): EventData['access changed']['changes'] {
  const scopes = new Set([...before, ...after].map(({ scope }) => scope))
  return [...scopes].toSorted().flatMap((scope) => {
    const [had, has] = [levelIn(before, scope), levelIn(after, scope)]
    return had === has ? [] : { scope, before: had, after: has }
  })
}
