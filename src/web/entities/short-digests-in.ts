import { shortDigest } from '#domain/values/digest.ts'

/** A text of the server with its digests shortened: whole ones hide what it says. */
export const shortDigestsIn = (text: string): string =>
  text.replaceAll(/\bsha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})\b/g, (digest) => shortDigest(digest))
