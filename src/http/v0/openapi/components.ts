import * as accessTokens from '#contract/accounts/access-tokens.ts'
import * as accounts from '#contract/accounts/accounts.ts'
import * as activity from '#contract/activity.ts'
import * as deletion from '#contract/images/deletion.ts'
import * as errors from '#contract/errors.ts'
import * as garbageCollection from '#contract/jobs/garbage-collection.ts'
import { bytes, count, instant } from '#contract/scalars.ts'
import * as jobKinds from '#contract/jobs/jobs.ts'
import * as jobs from '#contract/jobs/collection-jobs.ts'
import * as layerMap from '#contract/images/layer-map.ts'
import * as policy from '#contract/jobs/policy.ts'
import * as repositories from '#contract/images/repositories.ts'
import * as search from '#contract/images/search.ts'
import * as session from '#contract/accounts/session.ts'
import * as setup from '#contract/setup.ts'
import * as tags from '#contract/images/tags.ts'
import * as trash from '#contract/images/trash.ts'
import * as verification from '#contract/jobs/verification.ts'
import * as z from 'zod/mini'

/** A JSON schema of draft 2020-12, which is what OpenAPI 3.1 has. */
export type JsonSchema = Readonly<Record<string, unknown>>

const modules: readonly Readonly<Record<string, unknown>>[] = [
  accessTokens,
  accounts,
  activity,
  deletion,
  errors,
  garbageCollection,
  jobKinds,
  jobs,
  layerMap,
  policy,
  repositories,
  search,
  session,
  setup,
  tags,
  trash,
  verification,
]

const isSchema = (value: unknown): value is z.ZodMiniType =>
  typeof value === 'object' && value !== null && '_zod' in value

/** `trashEntry` is `TrashEntry`. */
export const componentName = (exported: string): string =>
  exported.charAt(0).toUpperCase() + exported.slice(1)

const reference = (name: string): string => `#/components/schemas/${name}`

/** The named schemas of the contract, and how to refer to any schema. */
export interface Components {
  /** By name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>
  /** A reference to a named schema, or the schema itself. */
  schemaOf(schema: z.ZodMiniType): JsonSchema
}

/** What a client sends and gets in JSON. Answers may gain fields, so schemas do not forbid others. */
export function createComponents(): Components {
  const registry = z.registry<{ id: string } & Record<string, unknown>>()
  const wholeNumber = { type: 'integer', minimum: 0 } as const
  registry.add(instant, { id: 'Instant', format: 'date-time', description: 'ISO 8601, in UTC.' })
  registry.add(bytes, { id: 'Bytes', ...wholeNumber, description: 'A number of bytes.' })
  registry.add(count, { id: 'Count', ...wholeNumber, description: 'A number of things.' })
  for (const [name, schema] of modules.flatMap((each) => Object.entries(each))) {
    if (isSchema(schema)) registry.add(schema, { id: componentName(name) })
  }
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: reference })
  return {
    schemas: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, plain(schema)]),
    ),
    schemaOf(schema) {
      const id = registry.get(schema)?.id
      return id === undefined
        ? plain(z.toJSONSchema(schema, { io: 'input' }))
        : { $ref: reference(id) }
    },
  }
}

const plain = (schema: JsonSchema): JsonSchema => withoutPlaces(schema) as JsonSchema

/** Without what says where a schema lies, and without patterns that repeat a format. */
function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces)
  if (typeof value !== 'object' || value === null) return value
  const isFormat = 'format' in value && typeof value.format === 'string'
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '$schema' && name !== '$id' && !(isFormat && name === 'pattern'))
      .map(([name, part]) => [name, withoutPlaces(part)]),
  )
}

/** The parameters of a query as the document has them. */
export function queryParameters(query: z.ZodMiniObject): readonly JsonSchema[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' })
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = plain(property as JsonSchema)
    return { name, in: 'query', description, required: required.includes(name), schema }
  })
}
