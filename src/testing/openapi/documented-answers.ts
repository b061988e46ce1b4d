import { allCalls } from '#contract/endpoints/areas.ts'
import type { Call } from '#contract/endpoints/call.ts'
import { createDocument, documentPath } from '#http/v0/openapi/document.ts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ClientAnswer } from '../builders/registry-client.ts'
import { callOfLine } from './examples.ts'

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>
}

const calls: readonly Call[] = Object.values(allCalls)

/** The same schemas, but objects have no other fields: one that is not documented is a mistake. */
function strict(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(strict)
  if (typeof part !== 'object' || part === null) return part
  const inner = Object.fromEntries(Object.entries(part).map(([name, each]) => [name, strict(each)]))
  return 'properties' in part && 'type' in part && !('additionalProperties' in part)
    ? { ...inner, additionalProperties: false }
    : inner
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/**
 * Compares answers of `/api/v0` with the API's document: the status must be one of its call, and
 * the body must match the schema for it, with no field that the schema does not have.
 */
export function createAnswerCheck() {
  const document = createDocument() as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
    readonly components: unknown
  }
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajv.addFormat('date-time', (text: string) => new Date(text).toISOString() === text)
  ajv.addSchema({ ...document, components: strict(document.components) }, 'document')

  /** Where the document describes this answer; null if it does not. */
  function placeOf({ endpoint }: Call, { status }: ClientAnswer): string | null {
    const path = documentPath(endpoint.path)
    const method = endpoint.method.toLowerCase()
    const response = document.paths[path]?.[method]?.responses[status] as
      | { readonly $ref?: string }
      | undefined
    if (response === undefined) return null
    return response.$ref?.slice(1) ?? `/paths/${escaped(path)}/${method}/responses/${status}`
  }

  /** `GET /api/v0/trash?count=true` and its answer; null if the document says so, or no call is there. */
  return (line: string, answer: ClientAnswer): string | null => {
    const [sent = '', address = ''] = line.split(' ')
    if (!address.startsWith('/api/v0/')) return null
    const call = callOfLine(calls, line.replace(/^HEAD /, 'GET '))
    if (call === undefined) {
      return answer.status === 404 || answer.status === 405 ? null : `${line}: no call is there`
    }
    const place = placeOf(call, answer)
    if (place === null) return `${line}: status ${answer.status} (${answer.text}) is not documented`
    if (answer.status === 204 || sent === 'HEAD') {
      return answer.text === '' ? null : `${line}: ${answer.status} with a body`
    }
    const validate = ajv.getSchema(`document#${place}/content/application~1json/schema`)
    if (validate === undefined) return `${line}: no schema for ${answer.status}`
    if (validate(answer.json)) return null
    return `${line}: ${answer.status} ${ajv.errorsText(validate.errors)}: ${answer.text}`
  }
}
