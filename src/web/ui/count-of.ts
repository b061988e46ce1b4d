const grouped = new Intl.NumberFormat('en')

/** "1 tag", "1,024 tags". */
export const countOf = (count: number, singular: string, plural = `${singular}s`): string =>
  `${grouped.format(count)} ${count === 1 ? singular : plural}`

export const formatCount = (count: number): string => grouped.format(count)
