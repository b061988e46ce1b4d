import { ok, err, type Result } from './result.ts'

declare const digestBrand: unique symbol

/** A content address such as `sha256:9f86d08…` (OCI image spec, descriptor, "Digests"). */
export type Digest = string & { readonly [digestBrand]: 'Digest' }

/** The algorithms for blobs and manifests (OCI image spec, "Registered algorithms"). */
export const digestAlgorithms = ['sha256', 'sha512'] as const
export type DigestAlgorithm = (typeof digestAlgorithms)[number]

/** The algorithms of registered digests, by the length of the digest as text. */
const prefixes: Readonly<Record<number, string>> = { 71: 'sha256:', 135: 'sha512:' }
const prefixLength = 7

/**
 * The value of a hexadecimal digit by its code, and 255 for other characters; digits are lower
 * case.
 */
const worth = new Uint8Array(256).fill(255)
for (let digit = 0; digit < 16; digit += 1) worth[digit.toString(16).charCodeAt(0)] = digit

/**
 * The same for any code. To check many at once, join their values by OR: only digits stay below 16.
 */
export const worthOfDigit = (code: number): number => (code < 256 ? (worth[code] ?? 255) : 255)

/**
 * Without a pattern, because a collection checks everything that is stored: this takes half as
 * long.
 */
export function isDigest(input: unknown): input is Digest {
  if (typeof input !== 'string') return false
  const prefix = prefixes[input.length]
  if (prefix === undefined || !input.startsWith(prefix)) return false
  let flaws = 0
  for (let position = prefixLength; position < input.length; position += 1) {
    flaws |= worthOfDigit(input.charCodeAt(position))
  }
  return flaws < 16
}

export function parseDigest(input: unknown): Result<Digest> {
  if (isDigest(input)) return ok(input)
  return err({
    code: 'INVALID_DIGEST',
    message: 'a digest is "sha256:" and 64 hexadecimal characters (or "sha512:" and 128)',
  })
}

export const digestOf = (algorithm: DigestAlgorithm, hex: string): Digest =>
  `${algorithm}:${hex}` as Digest

/** The two halves: `sha256` and the hexadecimal part. */
export function splitDigest(digest: Digest): { algorithm: DigestAlgorithm; hex: string } {
  const colon = digest.indexOf(':')
  return {
    algorithm: digest.slice(0, colon) as DigestAlgorithm,
    hex: digest.slice(colon + 1),
  }
}

/** `sha256:c0483a867b…`: enough for people to recognize, not enough to address content. */
export const shortDigest = (digest: string): string =>
  digest.length > 18 ? `${digest.slice(0, digest.indexOf(':') + 11)}…` : digest
