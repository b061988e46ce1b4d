import type { Call } from '#contract/endpoints/call.ts'
import { basePath, pathOf } from '#contract/endpoints/path-of.ts'
import { images } from '../answer-snapshots/world.ts'
import { passwordOf } from '../builders/test-api.ts'

/** The path and query of a call's example. `$ENTRY` stays so: the shell puts the value there. */
function exampleAddress({ endpoint, example }: Call): string {
  const path = pathOf(endpoint, example.path ?? {}).replaceAll('%24', '$')
  const query = Object.entries(example.query ?? {}).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  )
  return `${path}${query.length === 0 ? '' : `?${query.join('&')}`}`
}

/** Whether a line, as `GET /api/v0/trash?count=true`, makes this call. */
function makesCall(line: string, { endpoint: { method, path } }: Call): boolean {
  const pattern = path
    .replaceAll('.', '\\.')
    .replaceAll(/\{\w+\+\}/g, '[^?]+')
    .replaceAll(/\{\w+\}/g, '[^/?]+')
  return new RegExp(`^${method} (?:${basePath})?${pattern}(?:\\?|$)`).test(line)
}

/** The call that a line makes: `/repositories/a/tags` is no repository of that name. */
export const callOfLine = (calls: readonly Call[], line: string): Call | undefined =>
  calls
    .filter((call) => makesCall(line, call))
    .toSorted((one, other) => other.endpoint.path.length - one.endpoint.path.length)[0]

/** The calls that none of these lines makes. */
export function otherCalls(calls: readonly Call[], lines: readonly string[]): readonly Call[] {
  const made = new Set(lines.map((line) => callOfLine(calls, line)))
  return calls.filter((call) => !made.has(call))
}

/** A call's example as a line, in which `{ENTRY}` stands for what `$ENTRY` does in a command. */
export const exampleLine = (call: Call): string =>
  `${call.endpoint.method} ${exampleAddress(call).replaceAll(/\$([A-Z]+)/g, '{$1}')}`

/** A call's example as a command. */
export function curlOf(call: Call): string {
  const { endpoint, by, example } = call
  const body = example.body === undefined ? null : JSON.stringify(example.body)
  return [
    'curl',
    ...(by === 'anyone' ? [] : ['-u "$NAME:$PASSWORD"']),
    ...(endpoint.method === 'GET' ? [] : [`-X ${endpoint.method}`]),
    // Between double quotes, where the shell sees the name of a value.
    ...(body === null
      ? []
      : [
          "-H 'Content-Type: application/json'",
          body.includes('$') ? `-d "${body.replaceAll('"', '\\"')}"` : `-d '${body}'`,
        ]),
    `"$JETSAM${exampleAddress(call)}"`,
  ].join(' ')
}

/** What the words in the examples stand for, in a world that is filled. */
export const exampleValues = (
  ids: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({
  JETSAM: 'http://registry.test',
  NAME: 'admin',
  PASSWORD: passwordOf('admin'),
  JOB: ids['collection'] ?? '',
  PLAN: ids['plan'] ?? '',
  ENTRY: ids['entry'] ?? '',
  TOKEN: ids['token'] ?? '',
  PREVIEW: ids['preview'] ?? '',
  PRUNING: ids['pruning'] ?? '',
  DIGEST: images.single.digest,
})

/** What such a command sends. */
export interface SentByCurl {
  readonly method: string
  readonly url: string
  readonly user: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** Reads a command as a shell and curl do, as far as the examples go. */
export function readCurl(command: string, values: Readonly<Record<string, string>>): SentByCurl {
  const words = [...command.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, single, double, bare]) =>
      single ??
      (double ?? bare ?? '')
        .replaceAll(/\$([A-Z]+)/g, (_, name: string) => {
          const value = values[name]
          if (value === undefined) throw new Error(`${command}: nothing is known of $${name}`)
          return value
        })
        .replaceAll('\\"', '"'),
  )
  const [program, ...rest] = words
  if (program !== 'curl') throw new Error(`no curl: ${command}`)
  let url = ''
  let method: string | null = null
  let user: string | null = null
  let body: string | null = null
  const headers: Record<string, string> = {}
  while (rest.length > 0) {
    const word = rest.shift() ?? ''
    if (word === '-X') method = rest.shift() ?? ''
    else if (word === '-u') user = rest.shift() ?? ''
    else if (word === '-d') body = rest.shift() ?? ''
    else if (word === '-H') {
      const [name = '', ...value] = (rest.shift() ?? '').split(': ')
      headers[name] = value.join(': ')
    } else url = word
  }
  return { method: method ?? (body === null ? 'GET' : 'POST'), url, user, headers, body }
}
