import type { Digest } from './digest.ts'

/** Why an image is not whole, in words: the same everywhere. */
export const flawWords = {
  missing: (digest: Digest): string => `${digest} is missing`,
  unreadable: (digest: Digest): string =>
    `${digest} cannot be read as a manifest: push it again, or delete it`,
  partUnreadable: (digest: Digest): string => `a part of ${digest} cannot be read from storage`,
  notLinked: (digest: Digest): string => `${digest} is not linked in its repository`,
  wrongSize: (digest: Digest, size: number, expected: number): string =>
    `${digest} has ${size} bytes instead of ${expected}`,
}
