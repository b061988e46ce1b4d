import type { Result } from '#domain/values/result.ts'
import { asSentence } from '#web/api/api-error.ts'

/** Why a value is not valid, as a sentence; null if it is. */
export const refusalOf = (parsed: Result<unknown>): string | null =>
  parsed.ok ? null : asSentence(parsed.refusal.message)
