import type { ActivityEntry } from '#contract/activity.ts'
import { shortDigest } from '#domain/values/digest.ts'

/** The text with its digests shortened. */
export const shortened = (text: string): string =>
  text.replaceAll(/\b(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})\b/g, (digest) =>
    shortDigest(digest),
  )

/**
 * "1.0, 2.0" of "sha256:… with tags 1.0, 2.0": the tags that were deleted or restored with an
 * image.
 */
export const tagsOf = ({ detail }: ActivityEntry): string =>
  /\bwith tags? (?<tags>.+)$/.exec(detail ?? '')?.groups?.tags ?? ''

const policyFields: Readonly<Record<string, string>> = {
  timeLimitMinutes: 'time limit in minutes',
  whileCollecting: 'while collecting',
  trashRetentionHours: 'hours in the trash',
  collectUntagged: 'collect untagged images',
  untaggedMinimumAgeHours: 'minimum age of untagged images in hours',
  acceptSparseIndexes: 'accept indexes without all their platforms',
}

/** What the sentence leaves out, with whole digests; empty when the sentence says everything. */
export function detailWords(entry: ActivityEntry): string {
  const { kind, detail } = entry
  if (detail === null) return kind === 'policy changed' ? 'saved without a change' : ''
  switch (kind) {
    case 'schedule changed':
      return ''
    case 'collection started':
      return detail === 'dry run' ? '' : detail
    case 'image deleted':
      return tagsOf({ ...entry, detail }) === entry.subject
        ? detail.replace(/ with tag .*$/, '')
        : detail
    case 'image restored':
    case 'image deleted forever':
    case 'tag deleted forever':
    case 'image collected':
    case 'tag collected':
      // The sentence names the tags, so the detail gives the digest.
      return entry.subject ?? ''
    case 'tag deleted':
      return detail.replace(/^tags? [^;]*; /, '')
    case 'policy changed':
      return detail
        .replaceAll(/\b[a-z]+[A-Z]\w*(?=:)/g, (field) => policyFields[field] ?? field)
        .replaceAll('; ', ', ')
        .replaceAll('true', 'on')
        .replaceAll('false', 'off')
        .replaceAll('null', 'none')
    case 'access changed':
    case 'anonymous access changed':
      return detail.replaceAll('; ', ', ')
    default:
      return detail
  }
}
