import type { JsonSchema } from '#http/v0/openapi/components.ts'

/** The place in the document's text where a named schema stands. */
const linkTo = (reference: string): string => {
  const name = reference.slice(reference.lastIndexOf('/') + 1)
  return basic[name] ?? `[${name}](#${name.toLowerCase()})`
}

/** Schemas that a word says. */
const basic: Readonly<Record<string, string>> = {
  Instant: 'instant',
  Bytes: 'bytes',
  Count: 'count',
}

const listOf = (part: unknown): readonly JsonSchema[] => part as readonly JsonSchema[]

/** A schema in a few words: `list of [Tag](#tag)`, `string or null`, `` `image` or `tags` ``. */
export function schemaInWords(schema: JsonSchema): string {
  if (typeof schema['$ref'] === 'string') return linkTo(schema['$ref'])
  if (schema['anyOf'] !== undefined) return unique(listOf(schema['anyOf']).map(schemaInWords))
  if (schema['enum'] !== undefined) {
    return unique((schema['enum'] as readonly unknown[]).map((value) => `\`${String(value)}\``))
  }
  if (schema['const'] !== undefined)
    return `\`${JSON.stringify(schema['const']).replaceAll('"', '')}\``
  if (Array.isArray(schema['type'])) {
    return unique(schema['type'].map((type) => schemaInWords({ ...schema, type })))
  }
  if (schema['type'] === 'array') {
    return `list of ${schemaInWords((schema['items'] ?? {}) as JsonSchema)}`
  }
  if (schema['type'] === 'object' && schema['properties'] === undefined) {
    const each = schemaInWords((schema['additionalProperties'] ?? {}) as JsonSchema)
    return `object of ${each} by name`
  }
  if (schema['type'] === undefined) return 'anything'
  if (schema['format'] === 'date-time') return 'instant'
  return `${wordOf(schema)}${boundsOf(schema)}`
}

const wordOf = ({ type, format }: JsonSchema): string =>
  format === 'date' ? 'date' : typeof type === 'string' ? type : 'anything'

function boundsOf({ minimum, maximum }: JsonSchema): string {
  const isBounded = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER
  return isBounded ? ` from ${String(minimum)} to ${String(maximum)}` : ''
}

const unique = (words: readonly string[]): string => [...new Set(words)].join(' or ')

export interface Field {
  /** `broken[].reason` */
  readonly name: string
  readonly schema: JsonSchema
  readonly isRequired: boolean
}

/** The fields of a schema, with those of the objects inside it that have no name of their own. */
export function fieldsOf(schema: JsonSchema, before = ''): readonly Field[] {
  const inner = innerOf(schema)
  if (inner !== null) return fieldsOf(inner.schema, before + inner.suffix)
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)
  const required = (schema['required'] ?? []) as readonly string[]
  return properties.flatMap(([name, each]) => [
    { name: joined(before, name), schema: each, isRequired: required.includes(name) },
    ...fieldsOf(each, joined(before, name)),
  ])
}

const joined = (before: string, name: string): string =>
  before === '' ? name : `${before}.${name}`

/** The object that a list or an alternative holds; null if it holds none. */
function innerOf(schema: JsonSchema): { schema: JsonSchema; suffix: string } | null {
  if (schema['type'] === 'array' && schema['items'] !== undefined) {
    return { schema: schema['items'] as JsonSchema, suffix: '[]' }
  }
  const found = listOf(schema['anyOf'] ?? []).find((each) => each['properties'] !== undefined)
  return found === undefined ? null : { schema: found, suffix: '' }
}
