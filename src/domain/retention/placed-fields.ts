import type { Placed, TextProblem } from './policy-text.ts'

/** Those found so far; parsers add to them and go on, so that a person sees all at once. */
export type Problems = TextProblem[]

export function problem(
  problems: Problems,
  { line, column }: { readonly line: number; readonly column: number },
  message: string,
): void {
  problems.push({ line, column, message })
}

/** The values by name; null, and a problem, where there are none. Unknown names are problems. */
export function fieldsOf(
  value: Placed,
  names: readonly string[],
  problems: Problems,
): ReadonlyMap<string, Placed> | null {
  if (value.kind !== 'fields') {
    problem(problems, value, `here belongs one or more of ${names.join(', ')}, with a colon`)
    return null
  }
  const fields = new Map<string, Placed>()
  for (const field of value.fields) {
    if (names.includes(field.name)) fields.set(field.name, field.value)
    else problem(problems, field, `"${field.name}" is not known here: use ${names.join(', ')}`)
  }
  return fields
}

export function textOf(value: Placed, problems: Problems): string | null {
  if (value.kind === 'text' && value.text !== '') return value.text
  problem(problems, value, 'a single value belongs here')
  return null
}

/** A list of texts, or one text for a list of one. */
export function textsOf(value: Placed, problems: Problems): readonly string[] | null {
  if (value.kind !== 'list') {
    const text = textOf(value, problems)
    return text === null ? null : [text]
  }
  const texts = value.items.map((item) => textOf(item, problems))
  return texts.includes(null) ? null : (texts as string[])
}
