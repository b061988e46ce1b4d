import { isApiError, messageOf } from '#web/api/api-error.ts'

/** The field that a refusal is about; null if it names none. */
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

/** The message for one field, without the field's name; null if it is about another field. */
export function fieldError(error: unknown, field: string): string | null {
  if (fieldOf(error) !== field || !(error instanceof Error)) return null
  const prefix = `${field}: `
  const words = error.message.startsWith(prefix)
    ? error.message.slice(prefix.length)
    : error.message
  return messageOf(new Error(words))
}
