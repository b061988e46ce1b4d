/*
 * Readers of JSON that others wrote. Stored data of earlier versions lacks some of the present
 * fields, and data that was edited by hand may hold anything: neither may reach code that relies on
 * types. Missing parts are completed.
 */

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Empty if it is no list, so that it allows nothing. */
export const stringsOf = (value: unknown): readonly string[] =>
  listOf(value).filter((one) => typeof one === 'string')

/** The value if it is allowed, else the fallback. */
export function oneOf<const T>(allowed: readonly T[], value: unknown, otherwise: T): T {
  return allowed.find((one) => one === value) ?? otherwise
}

export const numberOr = <T>(value: unknown, otherwise: T): number | T =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise

export const textOr = <T>(value: unknown, otherwise: T): string | T =>
  typeof value === 'string' ? value : otherwise

export const fieldsOr = (value: unknown): Fields => (isFields(value) ? value : {})

/** Numbers and texts of an object, each replaced by its default if it has another type. */
export function complete<T extends object>(defaults: T, value: unknown): T {
  const fields = fieldsOr(value)
  const entries = Object.entries(defaults).map(([name, otherwise]) => [
    name,
    typeof fields[name] === typeof otherwise ? fields[name] : otherwise,
  ])
  return Object.fromEntries(entries) as T
}
