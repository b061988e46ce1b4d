import { digestOf, isDigest, splitDigest, type Digest } from '#domain/values/digest.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'

/** cosign's artifacts have a suffix; the OCI fallback index of older clients has none. */
const suffixes = ['', '.sig', '.att', '.sbom'] as const

/**
 * The tags under which clients attach artifacts where a registry lists no referrers (OCI
 * distribution spec 1.1, "Referrers Tag Schema"; cosign's tag scheme).
 */
export function fallbackTagsOf(subject: Digest): readonly TagName[] {
  const { algorithm, hex } = splitDigest(subject)
  return suffixes.flatMap((suffix) => {
    const parsed = parseTagName(`${algorithm}-${hex}${suffix}`)
    return parsed.ok ? [parsed.value] : []
  })
}

/** The manifest to which a tag of this form attaches something, or null for other tags. */
export function subjectOfTag(tag: TagName): Digest | null {
  const match = /^sha256-([a-f0-9]{64})(?:\.sig|\.att|\.sbom)?$/.exec(tag)
  const subject = match?.[1] === undefined ? null : digestOf('sha256', match[1])
  return isDigest(subject) ? subject : null
}
