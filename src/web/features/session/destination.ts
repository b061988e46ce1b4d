import { paths } from '#web/api/paths.ts'

/**
 * Where to go after signing in. The address comes from outside, so only a path of this dashboard
 * is followed: `//elsewhere` and `/\elsewhere` are other sites to a browser.
 */
export const destinationFrom = (from: string | null): string =>
  from !== null && /^\/(?![/\\])/.test(from) && !from.startsWith('/sign-in') ? from : paths.home
