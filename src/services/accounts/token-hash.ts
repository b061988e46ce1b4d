import { toHex } from './hex.ts'

/** The stored hash of a session's token. */
export const hashOfToken = (token: string, sha256: (bytes: Uint8Array) => Uint8Array): string =>
  toHex(sha256(new TextEncoder().encode(token)))
