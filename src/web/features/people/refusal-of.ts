import type { Result } from '#domain/values/result.ts'
import { asSentence } from '#web/api/api-error.ts'

/** Why something cannot be what it should be, as a sentence; null where it can. */
export const refusalOf = (parsed: Result<unknown>): string | null =>
  parsed.ok ? null : asSentence(parsed.refusal.message)
