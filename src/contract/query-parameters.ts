import * as z from 'zod/mini'
import { paging } from './paging.ts'

/**
 * Notes how the API's document shows a parameter, which arrives as text even where it means a
 * number: members of a JSON schema.
 */
export const shown = <Schema extends z.ZodMiniType>(
  schema: Schema,
  as: Readonly<Record<string, unknown>>,
): Schema => schema.check(z.meta(as))

/** A parameter that may be absent, with a sentence for the API's document. */
export const optional = <Schema extends z.ZodMiniType>(schema: Schema, description: string) =>
  shown(z.optional(schema), { description })

/** Only `true` or `false`: a mistyped switch must not count as off. */
export const flag = shown(
  z.pipe(
    z.enum(['true', 'false']),
    z.transform((text) => text === 'true'),
  ),
  { type: 'boolean', enum: undefined },
)

/** A whole number within bounds, in digits. */
export const wholeNumber = (minimum: number, maximum: number) =>
  shown(
    z.pipe(
      z.string().check(z.regex(/^\d{1,15}$/, 'must be a whole number')),
      z.pipe(z.transform(Number), z.number().check(z.gte(minimum), z.lte(maximum))),
    ),
    { type: 'integer', pattern: undefined, minimum, maximum },
  )

const integer = z.string().check(z.regex(/^-?\d+$/, 'must be a whole number'))

const shownInteger = { type: 'integer', pattern: undefined } as const

/** The number of items wanted. 0 or less, and more than the maximum, mean the maximum. */
export const clampedSize = (maximum: number) =>
  shown(
    z.pipe(
      integer,
      z.transform((text) => (Number(text) <= 0 ? maximum : Math.min(Number(text), maximum))),
    ),
    shownInteger,
  )

/** The number of items to skip; a negative number counts as 0. */
export const clampedOffset = shown(
  z.pipe(
    integer,
    z.transform((text) => Math.min(Math.max(0, Number(text)), Number.MAX_SAFE_INTEGER)),
  ),
  shownInteger,
)

const platformPattern = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/

/** The name of a platform. */
export const platformParameter = () =>
  z.string().check(z.regex(platformPattern, 'must be like linux/arm64 or linux/arm64/v8'))

/** An instant in ISO 8601, as milliseconds since the epoch. */
export const instantMs = z.pipe(
  z.union([z.iso.datetime({ offset: true }), z.iso.date()], 'must be an instant in ISO 8601'),
  z.transform((text) => Date.parse(text)),
)

/** Filters of a list of images by when they were pulled. */
export const pullFilters = () => ({
  notPulledSince: optional(
    instantMs,
    'Only what certainly was not used since this instant: pushed before it, and no pull was seen since. None, if pulls are not known from then on (`pullsSince`).',
  ),
  neverPulled: optional(flag, '`true`: only what no pull was seen of.'),
})

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

/** Where a page starts, in the form that the list gives out. */
export const pageStart = <Schema extends z.ZodMiniType>(schema: Schema) =>
  optional(
    schema,
    `Where the page starts: what the header \`${paging.nextPageStartHeader}\` of the page before said, unchanged.`,
  )

/** The query of a list: the parameters that every list has, and its own. */
export const paged = <Own extends Readonly<Record<string, z.ZodMiniType>>>(own: Own) =>
  z.object({ ...pageParameters(), ...own })

export const pageParameters = () => ({
  pageSize: optional(
    clampedSize(paging.maximumPageSize),
    `How many items: ${paging.defaultPageSize} unless given, at most ${paging.maximumPageSize}; 0 means as many as allowed.`,
  ),
  limit: optional(
    clampedSize(paging.maximumPageSize),
    'What older clients call `pageSize`, which wins.',
  ),
  pageStart: pageStart(z.string()),
  count: optional(flag, `\`true\`: the header \`${paging.resourceCountHeader}\` is sent too.`),
})
