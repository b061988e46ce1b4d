import type { Env } from '../env.ts'
import type { Context } from 'hono'
import * as z from 'zod/mini'
import { invalidIssue, issueMessages } from './invalid-input.ts'

/** Only `true` or `false`: a mistyped switch must not count as off. */
export const flag = z.pipe(
  z.enum(['true', 'false']),
  z.transform((text) => text === 'true'),
)

/** A whole number within bounds, in digits. */
export const wholeNumber = (minimum: number, maximum: number) =>
  z.pipe(
    z.string().check(z.regex(/^\d{1,15}$/, 'must be a whole number')),
    z.pipe(z.transform(Number), z.number().check(z.gte(minimum), z.lte(maximum))),
  )

const integer = z.string().check(z.regex(/^-?\d+$/, 'must be a whole number'))

/** The number of items wanted. 0 or less, and more than the maximum, mean the maximum. */
export const clampedSize = (maximum: number) =>
  z.pipe(
    integer,
    z.transform((text) => (Number(text) <= 0 ? maximum : Math.min(Number(text), maximum))),
  )

/** The number of items to skip; a negative number counts as 0. */
export const clampedOffset = z.pipe(
  integer,
  z.transform((text) => Math.min(Math.max(0, Number(text)), Number.MAX_SAFE_INTEGER)),
)

/** An instant in ISO 8601, as milliseconds since the epoch. */
export const instantMs = z.pipe(
  z.union([z.iso.datetime({ offset: true }), z.iso.date()], 'must be an instant in ISO 8601'),
  z.transform((text) => Date.parse(text)),
)

/**
 * The query of a request by its schema. A parameter without a value counts as absent; of repeated
 * ones the first counts; unknown ones are ignored, because older clients send more than we know.
 *
 * @throws ApiError `INVALID_PARAMETERS`
 */
export function readQuery<T>(context: Context<Env>, schema: z.ZodMiniType<T>): T {
  const sent = Object.entries(context.req.query()).filter(([, value]) => value !== '')
  const parsed = schema.safeParse(Object.fromEntries(sent), issueMessages)
  if (!parsed.success) throw invalidIssue(parsed.error, 'query')
  return parsed.data
}
