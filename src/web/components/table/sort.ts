/** A list's order as the address and the API write it: `size` ascending, `-size` descending. */
export interface Sort<Field extends string> {
  readonly field: Field
  readonly isDescending: boolean
}

/** @returns null for anything but a known field, with or without a `-` before it */
export function parseSort<Field extends string>(
  input: string | null,
  fields: readonly Field[],
): Sort<Field> | null {
  const isDescending = input?.startsWith('-') ?? false
  const field = fields.find((known) => known === (isDescending ? input?.slice(1) : input))
  return field === undefined ? null : { field, isDescending }
}

export const formatSort = (sort: Sort<string>): string =>
  `${sort.isDescending ? '-' : ''}${sort.field}`

/** The order after a click on a column's heading: reversed, or the column's own first order. */
export const nextSort = <Field extends string>(
  current: Sort<Field>,
  field: Field,
  isDescendingFirst: boolean,
): Sort<Field> =>
  current.field === field
    ? { field, isDescending: !current.isDescending }
    : { field, isDescending: isDescendingFirst }
