import type { Rule } from './policy.ts'

/** Of every form that tags have: what matches all of them matches whatever there is. */
const names = ['latest', 'v1.2.3', '0', '_', 'pr-12', `sha256-${'a'.repeat(64)}.sig`, 'Zq9.x_7']

/** A rule of removal that neither a name nor an age nor anything else limits. */
export function matchesEverything({ verb, selector }: Rule): boolean {
  const { tags, ...conditions } = selector
  if (verb !== 'remove' || Object.values(conditions).some((one) => one !== null)) return false
  return tags === null || names.every((name) => tags.matches(name))
}
