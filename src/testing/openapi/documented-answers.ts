import { createDocument } from '#http/v0/openapi/document.ts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ClientAnswer } from '../builders/registry-client.ts'

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>
}

/** A path of the document and how to recognize it, the longest first. */
interface DocumentedPath {
  readonly template: string
  readonly pattern: RegExp
  readonly operations: Readonly<Record<string, Operation>>
}

/** The same schemas, but objects have no other fields: one that is not documented is a mistake. */
function strict(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(strict)
  if (typeof part !== 'object' || part === null) return part
  const inner = Object.fromEntries(Object.entries(part).map(([name, each]) => [name, strict(each)]))
  return 'properties' in part && 'type' in part && !('additionalProperties' in part)
    ? { ...inner, additionalProperties: false }
    : inner
}

const patternOf = (template: string): RegExp =>
  new RegExp(
    `^${template
      .replaceAll('.', '\\.')
      .replaceAll('{repository}', '.+')
      .replaceAll(/\{\w+\}/g, '[^/]+')}$`,
  )

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/**
 * Compares answers of `/api/v0` with the API's document: the status must be one of its call, and
 * the body must match the schema for it, with no field that the schema does not have.
 */
export function createAnswerCheck() {
  const document = createDocument() as {
    readonly paths: Readonly<Record<string, DocumentedPath['operations']>>
    readonly components: unknown
  }
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajv.addFormat('date-time', (text: string) => new Date(text).toISOString() === text)
  ajv.addSchema({ ...document, components: strict(document.components) }, 'document')
  const paths = Object.entries(document.paths)
    .map(([template, operations]) => ({ template, operations, pattern: patternOf(template) }))
    .toSorted((one, other) => other.template.length - one.template.length)

  /** Where the document describes this answer; null if it does not. */
  function placeOf(template: string, method: string, answer: ClientAnswer): string | null {
    const operation = document.paths[template]?.[method]
    const response = operation?.responses[answer.status] as { $ref?: string } | undefined
    if (response === undefined) return null
    return (
      response.$ref?.slice(1) ?? `/paths/${escaped(template)}/${method}/responses/${answer.status}`
    )
  }

  /** `GET /api/v0/trash?count=true` and its answer; null if the document says so, or no call is there. */
  return (line: string, answer: ClientAnswer): string | null => {
    const [sent = '', address = ''] = line.split(' ')
    const [path = ''] = address.split('?')
    if (!path.startsWith('/api/v0/')) return null
    const method = sent === 'HEAD' ? 'get' : sent.toLowerCase()
    const isThere = ({ pattern, operations }: DocumentedPath): boolean =>
      pattern.test(path.slice('/api/v0'.length)) && method in operations
    const found = paths.find(isThere)
    if (found === undefined) {
      return answer.status === 404 || answer.status === 405 ? null : `${line}: no call is there`
    }
    const place = placeOf(found.template, method, answer)
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
