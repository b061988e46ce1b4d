import { parseDigest, type Digest } from '#domain/values/digest.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import { parseReference, type Reference } from '#registry/manifests/tag-or-digest.ts'
import type { Context } from 'hono'
import type { Env } from '../request-context.ts'
import { ApiError, refusalError } from '../errors.ts'
import { invalidParameter } from './invalid-input.ts'

const noSuchTag = (tag: string): ApiError => new ApiError('NO_SUCH_TAG', `there is no tag "${tag}"`)

export const noSuchReference = (reference: Reference): ApiError =>
  reference.includes(':')
    ? new ApiError('NO_SUCH_REF', `there is no manifest ${reference}`)
    : noSuchTag(reference)

/** A tag or digest of a path. An impossible tag is answered like a missing one. */
export function readReference(text: string): Reference {
  const reference = parseReference(text)
  if (reference.ok) return reference.value
  if (reference.refusal.code === 'INVALID_DIGEST') throw refusalError(reference.refusal)
  throw noSuchTag(text)
}

/** The tag of a path that accepts only a tag: the path for digests is another. */
export function readTagName(text: string): TagName {
  const tag = parseTagName(text)
  if (tag.ok) return tag.value
  throw parseDigest(text).ok
    ? invalidParameter('tag', 'this is a digest; an image is deleted at …/manifests/{digest}')
    : noSuchTag(text)
}

/**
 * The digest in `If-Match`: what the person saw the tag point at. Quoted as RFC 9110 requires
 * (13.1.1, an entity tag), or bare as people write it. `*` requires nothing that is not checked
 * anyway; a weak tag never matches, so it is refused rather than ignored.
 */
export function readExpectedDigest(context: Context<Env>): Digest | undefined {
  const header = context.req.header('If-Match')?.trim()
  if (header === undefined || header === '*') return undefined
  const digest = parseDigest(header.replace(/^"(.*)"$/, '$1'))
  if (digest.ok) return digest.value
  throw invalidParameter('If-Match', 'must be one digest in quotes: "sha256:…"')
}
