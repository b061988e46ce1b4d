import type { Grant } from '#domain/access/access-level.ts'

const levelIn = (grants: readonly Grant[], scope: string): string =>
  grants.find((grant) => grant.scope === scope)?.accessLevel ?? 'none'

/** `team: read-only → read-write; library: admin → none`, or null. */
export function differencesOf(before: readonly Grant[], after: readonly Grant[]): string | null {
  const scopes = new Set([...before, ...after].map(({ scope }) => scope))
  const changed = [...scopes].toSorted().flatMap((scope) => {
    const [from, to] = [levelIn(before, scope), levelIn(after, scope)]
    return from === to ? [] : `${scope}: ${from} → ${to}`
  })
  return changed.length > 0 ? changed.join('; ') : null
}
