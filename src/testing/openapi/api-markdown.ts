import { areas, type Area } from '#contract/endpoints/areas.ts'
import type { Call } from '#contract/endpoints/call.ts'
import { basePath } from '#contract/endpoints/path-of.ts'
import { statusOfErrorCode } from '#contract/errors.ts'
import { paging } from '#contract/paging.ts'
import { pageParameters } from '#contract/query-parameters.ts'
import type { JsonSchema } from '#http/v0/openapi/components.ts'
import {
  callerInWords,
  createDocument,
  documentPath,
  introduction,
  statusOf,
} from '#http/v0/openapi/document.ts'
import { ofAnyBody, ofAnyCall, ownRefusals } from '#http/v0/openapi/refusals.ts'
import { contractComments } from './contract-comments.ts'
import { curlOf } from './examples.ts'
import { fieldsOf, schemaInWords } from './schema-words.ts'

type Comments = ReadonlyMap<string, string>

interface Media {
  readonly content?: { readonly 'application/json': { readonly schema: JsonSchema } }
}

interface Operation {
  readonly parameters?: readonly JsonSchema[]
  readonly requestBody?: Media & { readonly required: boolean }
  readonly responses: Readonly<Record<string, Media & { readonly headers?: JsonSchema }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

/** The description of the API for people. */
export async function apiMarkdown(): Promise<string> {
  const document = createDocument() as unknown as Document
  const comments = await contractComments()
  const sections = (areas as readonly Area[]).map(({ name, calls }) =>
    [`## ${name}`, ...Object.values(calls).map((call) => callSection(call, document))].join('\n\n'),
  )
  const schemas = Object.entries(document.components.schemas)
    .filter(([name]) => !['Instant', 'Bytes', 'Count'].includes(name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, schema]) => schemaSection(name, schema, comments))
  return `${[head(), ...listsSection(document), ...sections, schemasHead, ...schemas].join('\n\n')}\n`
}

const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-')

const head = (): string =>
  [
    '<!-- Made of the table of calls in src/contract/endpoints: see CONTRIBUTING. -->',
    '# The API',
    ...introduction,
    `All paths are below \`${basePath}\`. In the examples \`$JETSAM\` is the address of the server, \`$NAME\` and \`$PASSWORD\` are those of an account that may make the call, and words like \`$ENTRY\` stand for ids that an earlier answer had.`,
    ['Lists', ...areas.map(({ name }) => name), 'Schemas']
      .map((name) => `* [${name}](#${anchorOf(name)})`)
      .join('\n'),
    `Any call may be refused with ${codesInWords(ofAnyCall)}, and any call with a body with ${codesInWords(ofAnyBody)}. A path without a call answers 404 \`NOT_FOUND\`, and a method that is not possible there 405 \`NOT_ALLOWED\`.`,
  ].join('\n\n')

/** The parameters of every list, as the first one has them. */
function listsSection({ paths }: Document): readonly string[] {
  const parameters = paths['/repositories']?.['get']?.parameters ?? []
  return ['## Lists', parameterTable(parameters.filter(isOfLists))]
}

function codesInWords(codes: readonly (keyof typeof statusOfErrorCode)[]): string {
  return codes.map((code) => `${statusOfErrorCode[code]} \`${code}\``).join(', ')
}

function callSection(call: Call, { paths }: Document): string {
  const { endpoint, summary, notes, by } = call
  const operation = paths[documentPath(endpoint.path)]?.[endpoint.method.toLowerCase()]
  if (operation === undefined) throw new Error(`the document has no ${endpoint.name}`)
  const refusals = ownRefusals(call)
  return [
    `### ${endpoint.method} ${endpoint.path}`,
    `${summary}. For ${callerInWords(by)}.${notes === undefined ? '' : ` ${notes}`}`,
    ...parametersOf(operation),
    ...bodyOf(operation),
    answerInWords(operation, String(statusOf(call))),
    ...(refusals.length === 0 ? [] : [`Refused: ${codesInWords(refusals)}.`]),
    `\`\`\`sh\n${curlOf(call)}\n\`\`\``,
  ].join('\n\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

const tableOf = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => '---'), ...rows]
    .map((row) => `| ${row.map(cell).join(' | ')} |`)
    .join('\n')

/** What lists have in common stands once, at the head. */
const isOfLists = ({ name }: JsonSchema): boolean => String(name) in pageParameters()

function parametersOf({ parameters = [] }: Operation): readonly string[] {
  const isList = parameters.some(({ name }) => name === 'pageStart')
  const own = isList ? parameters.filter((each) => !isOfLists(each)) : parameters
  return [
    ...(own.length === 0 ? [] : [parameterTable(own)]),
    ...(isList ? ['It answers in [pages](#lists).'] : []),
  ]
}

function parameterTable(parameters: readonly JsonSchema[]): string {
  const rows = parameters.map(({ name, in: place, description, schema, required }) => [
    `\`${String(name)}\``,
    `${String(place)}${place === 'path' || required === false ? '' : ', required'}`,
    schemaInWords(schema as JsonSchema),
    typeof description === 'string' ? description : '',
  ])
  return tableOf(['parameter', 'in', 'form', 'meaning'], rows)
}

function bodyOf({ requestBody }: Operation): readonly string[] {
  const schema = requestBody?.content?.['application/json'].schema
  if (requestBody === undefined || schema === undefined) return []
  const isEmpty =
    schema['$ref'] === undefined && Object.keys(schema['properties'] ?? {}).length === 0
  const words = isEmpty ? 'an empty object' : schemaInWords(schema)
  return [`Body${requestBody.required ? '' : ', optional'}: ${words}.`]
}

const pagingHeaders: readonly string[] = [paging.nextPageStartHeader, paging.resourceCountHeader]

function answerInWords({ responses }: Operation, status: string): string {
  const { content, headers = {} } = responses[status] ?? {}
  const schema = content?.['application/json'].schema
  const names = Object.keys(headers)
    .filter((name) => !pagingHeaders.includes(name))
    .map((name) => `\`${name}\``)
  const withHeaders = names.length === 0 ? '' : `; it may have the header ${names.join(' or ')}`
  return `Answer: ${status}${schema === undefined ? '' : `, ${schemaInWords(schema)}`}${withHeaders}.`
}

const schemasHead = [
  '## Schemas',
  'An *instant* is ISO 8601 in UTC, as `2026-11-24T00:00:00.000Z`; *bytes* and *count* are whole numbers from 0 up. A field marked with ? may be absent.',
].join('\n\n')

function schemaSection(name: string, schema: JsonSchema, comments: Comments): string {
  const about = comments.get(name)
  const fields = fieldsOf(schema)
  const rows = fields.map((field) => [
    `\`${field.name}\`${field.isRequired ? '' : ' ?'}`,
    field.schema['properties'] === undefined ? schemaInWords(field.schema) : 'object',
    comments.get(`${name}.${field.name.replaceAll('[]', '')}`) ?? '',
  ])
  return [
    `### ${name}`,
    ...(about === undefined ? [] : [about]),
    fields.length === 0
      ? `${upperFirst(schemaInWords(schema))}.`
      : tableOf(['field', 'form', 'meaning'], rows),
  ].join('\n\n')
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
