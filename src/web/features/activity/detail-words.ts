import type { ActivityEntry } from '#contract/activity.ts'
import { shortDigest } from '#domain/digest.ts'

/** Text with its digests cut short. */
export const shortened = (text: string): string =>
  text.replaceAll(/sha256:[a-f0-9]{64}/g, (digest) => shortDigest(digest))

const policyFields: Readonly<Record<string, string>> = {
  timeLimitMinutes: 'time limit in minutes',
  whileCollecting: 'while collecting',
  trashRetentionHours: 'hours in the trash',
  collectUntagged: 'collect untagged images',
  untaggedMinimumAgeHours: 'minimum age of untagged images in hours',
}

/** What the sentence leaves out, in words; empty where it says it all. Digests are whole. */
export function detailWords({ kind, detail }: ActivityEntry): string {
  if (detail === null) return kind === 'policy changed' ? 'saved without a change' : ''
  switch (kind) {
    case 'schedule changed':
      return ''
    case 'collection started':
      return detail === 'dry run' ? '' : detail
    case 'image collected':
      return `with ${detail}`
    case 'policy changed':
      return detail
        .replaceAll(/\b[a-z]+[A-Z]\w*(?=:)/g, (field) => policyFields[field] ?? field)
        .replaceAll('; ', ', ')
    case 'access changed':
      return detail.replaceAll('; ', ', ')
    default:
      return detail
  }
}
