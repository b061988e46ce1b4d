/**
 * "1,024": a whole number. Not by `Intl`, whose first use takes the browser some 25 ms before the
 * page shows anything.
 */
export const formatCount = (count: number): string =>
  String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')

/** "1 tag", "1,024 tags". */
export const countOf = (count: number, singular: string, plural = `${singular}s`): string =>
  `${formatCount(count)} ${count === 1 ? singular : plural}`

/**
 * "a, b, c and 46 more": a list of names of limited length for a sentence. `names` may hold only
 * the first of `count` names.
 */
export function namesOf(names: readonly string[], limit: number, count = names.length): string {
  const named = names.slice(0, limit)
  const more = count - named.length
  return named.join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '')
}
