import * as z from 'zod/mini'
import { paging } from './paging.ts'

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

export interface Sort<Field extends string> {
  readonly field: Field
  readonly descending: boolean
}

/** `sort=size` or, descending, `sort=-size`. */
export const sortParameter = <Field extends string>(fields: readonly Field[]) =>
  z.pipe(
    z.enum([...fields, ...fields.map((field) => `-${field}` as const)]),
    z.transform((text): Sort<Field> => {
      const descending = text.startsWith('-')
      return { field: (descending ? text.slice(1) : text) as Field, descending }
    }),
  )

const pageSize = clampedSize(paging.maximumPageSize)

/** The parameters of every list; spread them into the schema of its query. */
export const pageParameters = {
  pageSize: z.optional(pageSize),
  /** What older clients call `pageSize`. */
  limit: z.optional(pageSize),
  pageStart: z.optional(z.string()),
  count: z.optional(flag),
}
