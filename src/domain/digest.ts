import { accepted, refused, type Parsed } from './parsed.ts'

declare const digestBrand: unique symbol

/** A content address such as `sha256:9f86d08…` (OCI image spec, descriptor, "Digests"). */
export type Digest = string & { readonly [digestBrand]: 'Digest' }

/** The algorithms that registered digests use, with the length of their hexadecimal part. */
const hexLengthOf: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha512', 128],
])

const digestPattern = /^([a-z0-9]+):([a-f0-9]+)$/

export function parseDigest(input: unknown): Parsed<Digest> {
  const match = typeof input === 'string' ? digestPattern.exec(input) : null
  const hexLength = match ? hexLengthOf.get(match[1] ?? '') : undefined
  if (match === null || hexLength === undefined || match[2]?.length !== hexLength) {
    return refused({
      code: 'INVALID_DIGEST',
      message: 'a digest is "sha256:" and 64 hexadecimal characters (or "sha512:" and 128)',
    })
  }
  return accepted(input as Digest)
}

export const isDigest = (input: unknown): input is Digest => parseDigest(input).ok

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
