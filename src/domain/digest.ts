import { accepted, refused, type Parsed } from './parsed.ts'

declare const digestBrand: unique symbol

/** A content address such as `sha256:9f86d08…` (OCI image spec, descriptor, "Digests"). */
export type Digest = string & { readonly [digestBrand]: 'Digest' }

/** The algorithms that registered digests use, by the length of their digests as text. */
const prefixes: Readonly<Record<number, string>> = { 71: 'sha256:', 135: 'sha512:' }
const prefixLength = 7

/** By hand, for a collection asks this of everything that is stored: half as long as a pattern. */
export function isDigest(input: unknown): input is Digest {
  if (typeof input !== 'string') return false
  const prefix = prefixes[input.length]
  if (prefix === undefined || !input.startsWith(prefix)) return false
  for (let position = prefixLength; position < input.length; position += 1) {
    const code = input.charCodeAt(position)
    // 0 to 9, a to f.
    if (code < 48 || code > 102 || (code > 57 && code < 97)) return false
  }
  return true
}

export function parseDigest(input: unknown): Parsed<Digest> {
  if (isDigest(input)) return accepted(input)
  return refused({
    code: 'INVALID_DIGEST',
    message: 'a digest is "sha256:" and 64 hexadecimal characters (or "sha512:" and 128)',
  })
}

export const digestOf = (algorithm: 'sha256' | 'sha512', hex: string): Digest =>
  `${algorithm}:${hex}` as Digest

/** The two halves: `sha256` and the hexadecimal part. */
export function splitDigest(digest: Digest): { algorithm: 'sha256' | 'sha512'; hex: string } {
  const colon = digest.indexOf(':')
  return {
    algorithm: digest.slice(0, colon) as 'sha256' | 'sha512',
    hex: digest.slice(colon + 1),
  }
}

/** `sha256:c0483a867b…`: enough to recognize, never enough to address. */
export const shortDigest = (digest: string): string =>
  digest.length > 18 ? `${digest.slice(0, digest.indexOf(':') + 11)}…` : digest
