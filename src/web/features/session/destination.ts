import { paths } from '#web/api/page-paths.ts'

/**
 * Where to go after signing in. The address comes from outside, so only a path of this dashboard is
 * followed: a browser reads `//elsewhere` and `/\elsewhere` as other sites.
 */
export const destinationFrom = (from: string | null): string =>
  from !== null && /^\/(?![/\\])/.test(from) && !from.startsWith('/sign-in') ? from : paths.home
