import * as z from 'zod/mini'

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
