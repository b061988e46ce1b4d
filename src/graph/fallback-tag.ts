import { digestAlgorithms, type Digest } from '#domain/values/digest.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'

/*
 * Where a registry lists no referrers, clients attach artifacts by tags that name the subject's
 * digest (OCI distribution spec 1.1, "Referrers Tag Schema"; cosign's tag scheme). A tag has at most
 * 128 characters, so it names only the start of a longer digest.
 */

export const cosignSuffixes = ['.sig', '.att', '.sbom'] as const

/** The OCI fallback index of older clients has no suffix. */
const suffixes = ['', ...cosignSuffixes] as const

const [algorithmLength, encodedLength] = [32, 64]

/**
 * As much of a digest as a tag names: all of `sha256:…`, and half of `sha512:…`. Digests with the
 * same start have the same fallback tags.
 */
export function nameableStart(digest: string): string {
  const colon = digest.indexOf(':')
  const encoded = digest.slice(colon + 1, colon + 1 + encodedLength)
  return `${digest.slice(0, Math.min(colon, algorithmLength))}:${encoded}`
}

/** The tag of the fallback index for a digest of any algorithm, also of one that is not known. */
export const referrersTagOf = (digest: string): string =>
  nameableStart(digest).replaceAll(/[^a-zA-Z0-9._-]/g, '-')

/** The tags under which clients attach artifacts to a subject. */
export function fallbackTagsOf(subject: Digest): readonly TagName[] {
  const tag = referrersTagOf(subject)
  // All of these are names of tags if the longest is.
  if (!parseTagName(`${tag}.sbom`).ok) return []
  return suffixes.map((suffix) => `${tag}${suffix}` as TagName)
}

// No known algorithm has fewer digits than a tag names.
const pattern = new RegExp(
  `^(${digestAlgorithms.join('|')})-([a-f0-9]{${encodedLength}})(?:${suffixes.join('|').replaceAll('.', '\\.')})$`,
)

/**
 * The start of the digests to which a tag of this form attaches something (`nameableStart`): nearly
 * always a whole digest. Null for other tags.
 */
export function subjectStartOf(tag: string): string | null {
  const match = pattern.exec(tag)
  return match ? `${match[1]}:${match[2]}` : null
}
