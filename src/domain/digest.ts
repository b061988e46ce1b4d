import { accepted, refused, type Parsed } from './parsed.ts'

declare const digestBrand: unique symbol

/** A content address such as `sha256:9f86d08…` (OCI image spec, descriptor, "Digests"). */
export type Digest = string & { readonly [digestBrand]: 'Digest' }

/** The algorithms that registered digests use, each with as many digits as it gives. */
const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/

export const isDigest = (input: unknown): input is Digest =>
  typeof input === 'string' && digestPattern.test(input)

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
