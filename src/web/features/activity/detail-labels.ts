import { formatUtcTime } from '#web/components/text/format-time.ts'
import type { ActivityEntry } from '#contract/activity.ts'
import { factOf, legacyOf } from '#domain/events/domain-event.ts'
import type { EventData } from '#domain/events/event-data.ts'
import { shortDigest } from '#domain/values/digest.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'

/** The text with its digests shortened. */
export const shortened = (text: string): string =>
  text.replaceAll(/\b(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})\b/g, (digest) =>
    shortDigest(digest),
  )

/** The tags that were deleted, restored or collected with an image; empty if none is known. */
export function tagsOf(entry: ActivityEntry): readonly string[] {
  const fact = factOf(entry)
  switch (fact?.kind) {
    case 'image deleted':
    case 'image restored':
    case 'image deleted forever':
    case 'tag deleted forever':
    case 'image collected':
    case 'tag collected':
      return fact.data.tags ?? []
    default:
      return []
  }
}

const policyLabels: Readonly<
  Record<EventData['policy changed']['changes'][number]['field'], string>
> = {
  timeLimitMinutes: 'time limit in minutes',
  whileCollecting: 'while collecting',
  trashRetentionHours: 'hours in the trash',
  collectUntagged: 'collect untagged images',
  untaggedMinimumAgeHours: 'minimum age of untagged images in hours',
  acceptSparseIndexes: 'accept indexes without all their platforms',
}

const listed = (tags: readonly string[]): string =>
  tags.length === 0 ? 'no tags' : `${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`

/** What the sentence leaves out, with whole digests; empty when the sentence says everything. */
export function detailWords(entry: ActivityEntry): string {
  const fact = factOf(entry)
  if (fact === null) return legacyOf(entry)?.text ?? ''
  switch (fact.kind) {
    case 'image pushed':
    case 'tag restored':
      return fact.data.digest
    case 'image deleted':
      return imageDeletedWords(fact.data) + ruleWords(fact.data) + ranWords(fact.data)
    case 'tag deleted':
      return tagDeletedWords(fact.data) + ruleWords(fact.data) + ranWords(fact.data)
    case 'image restored':
    case 'image deleted forever':
    case 'tag deleted forever':
    case 'image collected':
    case 'tag collected':
      // The sentence names the tags, so the detail gives the digest.
      return fact.data.tags === null ? '' : (entry.subject ?? '')
    case 'repository deleted':
    case 'repository deleted forever':
    case 'repository restored':
    case 'repository collected':
      return repositoryWords(fact.data) + ranWords(fact.data)
    case 'samples loaded':
      return fact.data.repositories.join(', ')
    case 'policy changed':
      return policyWords(fact.data)
    case 'retention settings changed':
      return settingsWords(fact.data)
    case 'retention approved':
      return fact.data.policies.map(({ scope, version }) => `${scope} ${version}`).join(', ')
    case 'running reported':
      return countOf(fact.data.images, 'image')
    case 'retention finished':
      return cleaningWords(fact.data)
    case 'retention policy changed':
      return fact.data.rules === null
        ? ''
        : `version ${fact.data.version}, rules: ${fact.data.rules}`
    case 'collection started':
      return collectionStartedWords(fact.data)
    case 'collection finished':
      return finishedWords(fact.data)
    case 'collection skipped':
      return skippedWords(fact.data)
    case 'verification started':
      return fact.data.full ? 'every byte' : ''
    case 'verification finished':
      return verifiedWords(fact.data)
    case 'sign-in refused':
      return fact.data.reason
    case 'account created':
      return roleWords[fact.data.role]
    case 'account changed':
      return fact.data.isAdmin ? 'now an administrator' : 'no longer an administrator'
    case 'password changed':
      return fact.data.command === null ? '' : `by "jetsam ${fact.data.command}"`
    case 'access changed':
    case 'anonymous access changed':
      return grantWords(fact.data.changes)
    case 'access token created': {
      const { token, actions, repositories } = fact.data
      return `${token}: ${actions.join(', ')} on ${repositories.join(', ')}`
    }
    case 'access token revoked':
      return fact.data.token
    case 'manifest pushed':
    case 'blob mounted':
    case 'repository removed':
    case 'schedule changed':
    case 'collection stopped':
    case 'running report removed':
    case 'signed in':
    case 'signed out':
    case 'account disabled':
    case 'account enabled':
    case 'account removed':
      return ''
  }
}

function repositoryWords({ images, tags, afterRestart }: EventData['repository deleted']): string {
  if (images === null || tags === null) return ''
  const what = `${countOf(images, 'image')}, ${countOf(tags, 'tag')}`
  return afterRestart ? `${what}, finished after a restart` : what
}

function imageDeletedWords({
  reference,
  digest,
  tags,
  afterRestart,
}: EventData['image deleted']): string {
  if (afterRestart) return `${digest}, finished after a restart`
  if (digest === null || tags === null) return ''
  // The sentence names the image by its only tag.
  return tags.length === 1 && tags[0] === reference ? digest : `${digest} with ${listed(tags)}`
}

const ruleWords = ({ byRule }: EventData['tag deleted']): string =>
  byRule === undefined
    ? ''
    : `, by the rule of ${byRule.scope} “${byRule.rule}”${startedWords(byRule.startedBy)}`

const startedWords = (startedBy: string | undefined): string =>
  startedBy === undefined ? '' : `, in a run that ${startedBy} started`

/** What a person deleted although it ran. */
const ranWords = ({ ranIn }: { readonly ranIn?: readonly string[] }): string =>
  ranIn === undefined ? '' : `, although it ran in ${ranIn.join(', ')}`

function tagDeletedWords({ digest, tags, afterRestart }: EventData['tag deleted']): string {
  if (afterRestart) return `${digest}, finished after a restart`
  if (digest !== null) return `${digest} stays`
  return tags === null ? '' : listed(tags)
}

const settingsWords = ({ changes }: EventData['retention settings changed']): string =>
  changes.length === 0
    ? 'saved without a change'
    : changes
        .map(({ field, before, after }) => `${field}: ${before ?? 'none'} → ${after ?? 'none'}`)
        .join('; ')

function cleaningWords(data: EventData['retention finished']): string {
  const { status, error, removed, waiting } = data
  if (error !== null) return `${status}: ${error}`
  const waits = waiting === 0 ? '' : `; waiting for approval: ${waiting}`
  return `tags and untagged images taken: ${removed}${waits}`
}

function policyWords({ changes }: EventData['policy changed']): string {
  if (changes.length === 0) return 'saved without a change'
  return changes
    .map(
      ({ field, before, after }) =>
        `${policyLabels[field]}: ${policyValueWords(before)} → ${policyValueWords(after)}`,
    )
    .join(', ')
}

function policyValueWords(value: string | number | boolean | null): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return value === null ? 'none' : String(value)
}

const grantWords = (changes: EventData['access changed']['changes']): string =>
  changes
    .map(({ scope, before, after }) => `${scope}: ${before ?? 'none'} → ${after ?? 'none'}`)
    .join(', ')

const roleWords = {
  account: '',
  administrator: 'as an administrator',
  'first administrator': 'as the first administrator',
} as const

const collectionStartedWords = ({ dryRun, planID }: EventData['collection started']): string =>
  dryRun || planID === null ? '' : `at most plan ${planID}`

function finishedWords({ status, error, freedBytes }: EventData['collection finished']): string {
  if (error !== null) return `${status}: ${error}`
  return freedBytes === null ? status : `${status}, ${formatByteSize(freedBytes)} freed`
}

function skippedWords({ dueMs, count, why }: EventData['collection skipped']): string {
  const others = count === 1 ? '' : ` (the first of ${count})`
  return `due at ${formatUtcTime(dueMs)}: ${whyWords(why)}${others}`
}

function whyWords(why: EventData['collection skipped']['why']): string {
  if (why.cause === 'refused') return why.message
  const { cause, sinceMs, untilMs } = why
  if (sinceMs === null || untilMs === null) return 'no server was running then'
  const between = `between ${formatUtcTime(sinceMs)} and ${formatUtcTime(untilMs)}`
  return cause === 'not running'
    ? `no server was running ${between}`
    : `the server was held up ${between} (paused, asleep or too busy), or its clock was set forward`
}

function verifiedWords(data: EventData['verification finished']): string {
  if (data.error !== null) return `failed: ${data.error}`
  const { tags, wholeTags, absentPlatforms, unreadPlaces } = data
  return [
    `${wholeTags} of ${tags} ${tags === 1 ? 'tag' : 'tags'} verified`,
    ...(absentPlatforms === 0 ? [] : [`absent platforms of indexes: ${absentPlatforms}`]),
    ...(unreadPlaces === 0 ? [] : [`what could not be read: ${unreadPlaces}`]),
  ].join('; ')
}
