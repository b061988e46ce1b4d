import * as z from 'zod/mini'

/** An instant in the API: ISO 8601 in UTC, `2026-11-24T00:00:00.000Z`. */
export const instant = z.string()
export const bytes = z.number()
export const count = z.number()
export const textOrNull = z.nullable(z.string())
