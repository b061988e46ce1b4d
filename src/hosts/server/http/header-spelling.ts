import {
  ServerResponse,
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
} from 'node:http'

/** Parts of header names that do not have exactly one capital letter. */
const spelledWords: ReadonlyMap<string, string> = new Map(
  ['DNS', 'ETag', 'OCI', 'UUID', 'WWW', 'XSS'].map((word) => [word.toLowerCase(), word]),
)

const spelledNames = new Map<string, string>()

/**
 * A header's name as the specifications and CNCF Distribution spell it: `Docker-Content-Digest`,
 * `OCI-Subject`, `WWW-Authenticate`. Only for names that our own code sends.
 */
function spelledHeaderName(name: string): string {
  const known = spelledNames.get(name)
  if (known !== undefined) return known
  const spelled = name
    .toLowerCase()
    .split('-')
    .map((word) => spelledWords.get(word) ?? word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('-')
  spelledNames.set(name, spelled)
  return spelled
}

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[]

/**
 * A response that spells its headers. Fetch's `Headers` only have lower-case names, which is
 * equally valid for a parser, but scripts search for names as documentation prints them.
 */
export class SpellingResponse<
  T extends IncomingMessage = IncomingMessage,
> extends ServerResponse<T> {
  override writeHead(statusCode: number, reason?: string | Headers, headers?: Headers): this {
    const given = typeof reason === 'string' ? headers : (reason ?? headers)
    const spelled =
      given === undefined || Array.isArray(given)
        ? given
        : Object.fromEntries(
            Object.entries(given).map(([name, value]) => [spelledHeaderName(name), value]),
          )
    return typeof reason === 'string'
      ? super.writeHead(statusCode, reason, spelled)
      : super.writeHead(statusCode, spelled)
  }
}
