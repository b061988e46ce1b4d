import { isDigest, parseDigest, type Digest } from '#domain/values/digest.ts'
import { type Result } from '#domain/values/result.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'

/** How a client names a manifest: by a tag or a digest (OCI distribution spec, `<reference>`). */
export type Reference = TagName | Digest

/** A digest has a colon and a tag has none, so no string is both. */
export const parseReference = (input: unknown): Result<Reference> =>
  typeof input === 'string' && input.includes(':') ? parseDigest(input) : parseTagName(input)

export const isDigestReference = (reference: Reference): reference is Digest => isDigest(reference)
