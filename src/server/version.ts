import { readFileSync } from 'node:fs'

/** As `package.json` says: the one place that tells it. */
export const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string }
