/**
 * Where the dashboard has pages: a host that serves it answers these with its one page. A star stands
 * for one segment of a path, two for one or more.
 */
const patterns = [
  '/',
  '/sign-in',
  '/repositories',
  '/repositories/**',
  '/trash',
  '/activity',
  '/settings',
  '/settings/garbage-collection',
  '/settings/garbage-collection/runs/*',
  '/settings/people',
  '/access-tokens',
] as const

const expressions = patterns.map(
  (pattern) => new RegExp(`^${pattern.replace('**', '.+').replace('*', '[^/]+')}/?$`),
)

export const isDashboardRoute = (pathname: string): boolean =>
  expressions.some((expression) => expression.test(pathname))
