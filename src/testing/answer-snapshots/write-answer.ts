import type { ClientAnswer } from '../builders/registry-client.ts'
import type { TestPerson } from '../builders/test-api.ts'

const width = 100

/** JSON for people: on one line if it fits, else one line for each member. */
function readableJson(value: unknown, indent = ''): string {
  const short = JSON.stringify(value)
  if (typeof value !== 'object' || value === null || indent.length + short.length <= width) {
    return short
  }
  const inner = `${indent}  `
  const members = Array.isArray(value)
    ? value.map((member) => readableJson(member, inner))
    : Object.entries(value).map(
        ([name, member]) => `${JSON.stringify(name)}: ${readableJson(member, inner)}`,
      )
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${members.map((member) => inner + member).join(',\n')}\n${indent}${close}`
}

/** The same on every answer, and checked by their own test. */
const securityHeaders: readonly RegExp[] = [
  /^content-security-policy$/,
  /^cross-origin-/,
  /^origin-agent-cluster$/,
  /^referrer-policy$/,
  /^x-(?:content-type|dns-prefetch|download|frame|permitted-cross-domain|xss)-/,
]

/** The whole answer: status, headers by name, and body. */
function readableAnswer({ status, headers, text, json }: ClientAnswer): string {
  const lines = [...headers]
    .filter(([name]) => !securityHeaders.some((pattern) => pattern.test(name)))
    .map(([name, value]) => `${name}: ${value}`)
  const body = json === undefined ? text : readableJson(json)
  return [String(status), ...lines, ...(body === '' ? [] : ['', body])].join('\n')
}

/** The request. */
export interface Exchange {
  readonly line: string
  /** Default: an administrator. */
  readonly as?: TestPerson | null
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request and its answer as text. */
export function readableExchange(asked: Exchange, answer: ClientAnswer): string {
  const { line, as = 'admin', body, headers = {} } = asked
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const lines = [
    `### ${line} ${as === null ? 'without signing in' : `as ${as}`}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(sent === undefined ? [] : [sent.length > 400 ? `${sent.length} characters` : sent]),
    readableAnswer(answer),
  ]
  return `${lines.join('\n')}\n`
}

/**
 * Replaces what differs between runs, or with another implementation: ids, by the order of their
 * first occurrence, and signed tokens.
 */
export function withoutChance(text: string): string {
  const seen = new Map<string, string>()
  return text
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, (id) => {
      const name = seen.get(id) ?? `ID-${seen.size + 1}`
      seen.set(id, name)
      return name
    })
    .replaceAll(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'SIGNED-TOKEN')
}
