import type { Parsed } from '#domain/values/parsed.ts'
import { asSentence } from '#web/api/api-error.ts'

/** Why something cannot be what it should be, as a sentence; null where it can. */
export const refusalOf = (parsed: Parsed<unknown>): string | null =>
  parsed.ok ? null : asSentence(parsed.refusal.message)
