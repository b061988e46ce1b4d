/**
 * "1,024": a whole number. Not by `Intl`, whose first use takes the browser some 25 ms: pages count
 * before they show anything.
 */
export const formatCount = (count: number): string =>
  String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')

/** "1 tag", "1,024 tags". */
export const countOf = (count: number, singular: string, plural = `${singular}s`): string =>
  `${formatCount(count)} ${count === 1 ? singular : plural}`

/** "a, b, c and 46 more": names in a sentence, which must have an end; `names` may be the first of more. */
export function namesOf(names: readonly string[], limit: number, count = names.length): string {
  const named = names.slice(0, limit)
  const more = count - named.length
  return named.join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '')
}
