import semver from 'semver'

/** A number of any length, so that texts compare as numbers do. */
const numberKey = (value: number): string => {
  const digits = String(value)
  return `${String.fromCodePoint(48 + digits.length)}${digits}`
}

/** After each part, so that what has fewer parts or a shorter text comes first. */
const end = '\0'

/** Above every prerelease. */
const release = '1'
const candidate = '0'

/**
 * A text that sorts tags as versions (Semantic Versioning 2.0.0, with or without `v`), compared by
 * code units; null for a tag that is no version. All releases are above all prereleases, so that no
 * candidate displaces a release. Tags cannot have a `+`: tools write build metadata after `_`.
 */
export function versionKey(tag: string): string | null {
  // Most tags are no versions, and this is faster.
  if (!/^v?\d+\.\d+\.\d+/.test(tag)) return null
  const version = semver.parse(tag.replace('_', '+'))
  if (version === null) return null
  const { major, minor, patch, prerelease } = version
  const parts = prerelease.map((part) =>
    typeof part === 'number' ? `0${numberKey(part)}${end}` : `1${part}${end}`,
  )
  const kind = parts.length === 0 ? release : candidate
  return [kind, ...[major, minor, patch].map(numberKey), ...parts].join('')
}
