import type { Grant } from '#domain/access/access-level.ts'

/** An account of a demonstration. */
export interface MockAccount {
  readonly name: string
  /** Null: nothing signs in with it here, so it gets one that is not known. */
  readonly password: string | null
  readonly isAdmin: boolean
  readonly grants: readonly Grant[]
}

const account = (name: string, ...grants: readonly Grant[]): MockAccount => ({
  name,
  password: null,
  isAdmin: false,
  grants,
})

/** Who works in the company: the first two can sign in. */
export const companyAccounts: readonly MockAccount[] = [
  { name: 'admin', password: 'jetsam-admin', isAdmin: true, grants: [] },
  {
    ...account(
      'dana',
      { scope: 'shop', accessLevel: 'read-write' },
      { scope: 'library', accessLevel: 'read-only' },
      { scope: 'platform', accessLevel: 'read-only' },
    ),
    password: 'jetsam-dana',
  },
  { ...account('jonas'), isAdmin: true },
  account(
    'mira',
    { scope: 'ml', accessLevel: 'admin' },
    { scope: 'shop/recommendations', accessLevel: 'read-write' },
    { scope: 'library', accessLevel: 'read-only' },
  ),
  account(
    'priya',
    { scope: 'data', accessLevel: 'admin' },
    { scope: 'ml', accessLevel: 'read-write' },
    { scope: 'library', accessLevel: 'read-only' },
  ),
  account(
    'tomas',
    { scope: 'pay', accessLevel: 'admin' },
    { scope: 'library', accessLevel: 'read-only' },
  ),
  account(
    'ci',
    ...['shop', 'pay', 'data', 'platform', 'mobile', 'support'].map(
      (scope) => ({ scope, accessLevel: 'read-write' }) as const,
    ),
  ),
  account(
    'release-bot',
    ...['shop', 'pay', 'data', 'platform', 'mobile', 'support', 'library'].map(
      (scope) => ({ scope, accessLevel: 'read-write' }) as const,
    ),
  ),
]

/** Where they work: the addresses of their requests. */
export const addressOf = (name: string): string => {
  const position = companyAccounts.findIndex((one) => one.name === name)
  return name === 'ci' || name === 'release-bot'
    ? `10.8.0.${20 + position}`
    : `10.4.1.${30 + position}`
}
