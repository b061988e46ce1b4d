import { isDigest, parseDigest, type Digest } from '#domain/values/digest.ts'
import { type Result } from '#domain/values/result.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'

/** What a manifest is asked for by: a tag or a digest (OCI distribution spec, `<reference>`). */
export type Reference = TagName | Digest

/** No tag has a colon, and every digest has one: a string is never both. */
export const parseReference = (input: unknown): Result<Reference> =>
  typeof input === 'string' && input.includes(':') ? parseDigest(input) : parseTagName(input)

export const isDigestReference = (reference: Reference): reference is Digest => isDigest(reference)
