export interface BasicCredentials {
  readonly name: string
  readonly password: string
}

/** Far more than a name and a password need; hashing more would only cost time. */
const maximumLength = 1024

/**
 * The name and password of an `Authorization: Basic` header (RFC 7617, UTF-8). Undefined without
 * the header, null for another scheme or a malformed header.
 */
export function parseBasicCredentials(
  header: string | null | undefined,
): BasicCredentials | null | undefined {
  if (header === null || header === undefined) return undefined
  const match = /^basic +([a-z0-9+/_-]+=*) *$/i.exec(header)
  if (match?.[1] === undefined || match[1].length > maximumLength) return null
  const text = decodeBase64Text(match[1])
  const colon = text?.indexOf(':') ?? -1
  if (text === null || colon < 0) return null
  return { name: text.slice(0, colon), password: text.slice(colon + 1) }
}

function decodeBase64Text(base64: string): string | null {
  try {
    const binary = atob(base64.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
