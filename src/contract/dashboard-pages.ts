/**
 * The addresses of the dashboard's pages: a host answers them with the dashboard's HTML. A star
 * stands for one segment of a path, two for one or more.
 */
const patterns = [
  '/',
  '/sign-in',
  '/repositories',
  '/repositories/**',
  '/largest-images',
  '/trash',
  '/activity',
  '/settings',
  '/settings/garbage-collection',
  '/settings/garbage-collection/runs/*',
  '/settings/garbage-collection/verifications/*',
  '/settings/cleaning',
  '/settings/cleaning/runs/*',
  '/settings/people',
  '/access-tokens',
] as const

const expressions = patterns.map(
  (pattern) => new RegExp(`^${pattern.replace('**', '.+').replace('*', '[^/]+')}/?$`),
)

export const isDashboardRoute = (pathname: string): boolean =>
  expressions.some((expression) => expression.test(pathname))
