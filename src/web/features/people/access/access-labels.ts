import type { WireAccount } from '#contract/accounts/accounts.ts'
import type { AccessLevel } from '#domain/access/access-level.ts'
import { countOf } from '#web/components/text/count-of.ts'

const levelVerbs: Readonly<Record<AccessLevel, string>> = {
  'read-only': 'reads',
  'read-write': 'writes',
  admin: 'administers',
}

const shownScopes = 3

/** "writes team; reads library, base and 2 more": what an account may do, in one line. */
export function accessSummary({
  isAdmin,
  grants,
}: Pick<WireAccount, 'isAdmin' | 'grants'>): string {
  if (isAdmin) return 'everything'
  if (grants.length === 0) return 'nothing yet'
  const shown = grants.slice(0, shownScopes)
  const parts = (['admin', 'read-write', 'read-only'] as const).flatMap((level) => {
    const scopes = shown.filter(({ accessLevel }) => accessLevel === level)
    return scopes.length === 0
      ? []
      : [`${levelVerbs[level]} ${scopes.map(({ scope }) => scope).join(', ')}`]
  })
  const more = grants.length - shown.length
  return parts.join('; ') + (more > 0 ? ` and ${countOf(more, 'more', 'more')}` : '')
}
