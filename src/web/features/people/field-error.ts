import { isApiError, messageOf } from '#web/api/api-error.ts'

/** Which field an answer finds fault with; null where it names none. */
export function fieldOf(error: unknown): string | null {
  if (!isApiError(error)) return null
  const { detail } = error
  const isNamed =
    typeof detail === 'object' &&
    detail !== null &&
    'field' in detail &&
    typeof detail.field === 'string'
  return isNamed ? String(detail.field) : null
}

/** The words for one field, without its name before them; null where they are about another. */
export function fieldError(error: unknown, field: string): string | null {
  if (fieldOf(error) !== field || !(error instanceof Error)) return null
  const prefix = `${field}: `
  const words = error.message.startsWith(prefix)
    ? error.message.slice(prefix.length)
    : error.message
  return messageOf(new Error(words))
}
