/**
 * PostgreSQL stores no NUL in a text. U+0001, which hardly any text has, becomes two characters, so
 * that a NUL can: texts stay equal, different and ordered as they are.
 */
const escape = '\u0001'

export const toStoredText = (text: string): string =>
  text.includes(escape) || text.includes('\u0000')
    ? text.replaceAll(escape, `${escape}\u0002`).replaceAll('\u0000', `${escape}${escape}`)
    : text

export const fromStoredText = (text: string): string =>
  text.includes(escape)
    ? text.replaceAll(`${escape}${escape}`, '\u0000').replaceAll(`${escape}\u0002`, escape)
    : text
