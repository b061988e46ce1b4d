import { formatByteSize } from '../values/byte-size.ts'
import { factOf, legacyOf, type DomainEvent } from './domain-event.ts'
import type { EventData } from './event-data.ts'

/*
 * The `detail` of the API, which scripts read: fixed texts, made here from the data alone. People
 * read the dashboard's own words. A text that changes here changes the API.
 */

/** What the subject leaves out of an event, or null. */
export function detailText(event: Pick<DomainEvent, 'kind' | 'data'>): string | null {
  const fact = factOf(event)
  if (fact === null) return legacyOf(event)?.text ?? null
  switch (fact.kind) {
    case 'image pushed':
    case 'tag restored':
      return fact.data.digest
    case 'image deleted':
    case 'tag deleted':
      return deletedText(fact.kind, fact.data)
    case 'image deleted forever':
    case 'tag deleted forever':
    case 'image restored':
    case 'image collected':
    case 'tag collected':
      return fact.data.tags && `with ${listedTags(fact.data.tags)}`
    case 'repository deleted':
    case 'repository deleted forever':
    case 'repository restored':
    case 'repository collected':
      return repositoryText(fact.data)
    case 'samples loaded':
      return fact.data.repositories.join(', ')
    case 'schedule changed':
      return fact.data.after ?? 'never'
    case 'policy changed':
      return listed(fact.data.changes.map((change) => ({ name: change.field, ...change })))
    case 'retention policy changed': {
      const { scope, version, rules } = fact.data
      return `${scope}: ${rules === null ? 'removed' : `version ${version}, rules: ${rules}`}`
    }
    case 'retention settings changed':
      return listed(fact.data.changes.map((change) => ({ name: change.field, ...change })))
    case 'retention approved':
      return fact.data.policies.map(({ scope, version }) => `${scope}: ${version}`).join('; ')
    case 'running reported':
      return `${fact.data.cluster}: ${fact.data.images} images`
    case 'running report removed':
      return fact.data.cluster
    case 'retention finished': {
      const { status, error, removed, skipped, waiting } = fact.data
      if (error !== null) return `${status}: ${error}`
      return `${status}, removed: ${removed}, skipped: ${skipped}, waiting: ${waiting}`
    }
    case 'collection started': {
      const { dryRun, planID } = fact.data
      return dryRun ? 'dry run' : planID && `at most plan ${planID}`
    }
    case 'collection finished': {
      const { status, error, freedBytes } = fact.data
      if (error !== null) return `${status}: ${error}`
      return freedBytes === null ? status : `${status}, ${formatByteSize(freedBytes)} freed`
    }
    case 'collection skipped': {
      const { dueMs, count, why } = fact.data
      const others = count === 1 ? '' : ` (the first of ${count})`
      return `due at ${instantText(dueMs)}: ${missedText(why)}${others}`
    }
    case 'verification started':
      return fact.data.full ? 'every byte' : null
    case 'verification finished':
      return verifiedText(fact.data)
    case 'sign-in refused':
      return fact.data.reason
    case 'account created':
      return roleTexts[fact.data.role]
    case 'account changed':
      return fact.data.isAdmin ? 'now an administrator' : 'no longer an administrator'
    case 'password changed':
      return fact.data.command && `by "jetsam ${fact.data.command}"`
    case 'access changed':
    case 'anonymous access changed':
      return listed(
        fact.data.changes.map(({ scope, before, after }) => ({
          name: scope,
          before: before ?? 'none',
          after: after ?? 'none',
        })),
      )
    case 'access token created': {
      const { token, actions, repositories } = fact.data
      return `${token}: ${actions.join(', ')} on ${repositories.join(', ')}`
    }
    case 'access token revoked':
      return fact.data.token
    case 'manifest pushed':
    case 'blob mounted':
    case 'repository removed':
    case 'collection stopped':
    case 'signed in':
    case 'signed out':
    case 'account disabled':
    case 'account enabled':
    case 'account removed':
      return null
  }
}

/** `tag 1.0`, `tags 1.0, 2.0` or `no tags`. */
const listedTags = (tags: readonly string[]): string =>
  tags.length === 0 ? 'no tags' : `${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`

function repositoryText(data: EventData['repository deleted']): string | null {
  const { images, tags, afterRestart } = data
  if (images === null || tags === null) return null
  const what = `${images} ${images === 1 ? 'image' : 'images'}, ${tags} ${tags === 1 ? 'tag' : 'tags'}`
  return withWhatRan(afterRestart ? `${what}, finished after a restart` : what, data)
}

/** What a person deleted although it ran. */
const withWhatRan = (what: string | null, { ranIn }: { readonly ranIn?: readonly string[] }) =>
  ranIn === undefined
    ? what
    : `${what === null ? '' : `${what}; `}although it ran in ${ranIn.join(', ')}`

function deletedText(
  kind: 'image deleted' | 'tag deleted',
  data: EventData['image deleted'],
): string | null {
  const what = withWhatRan(whatWasDeleted(kind, data), data)
  if (data.byRule === undefined) return what
  const { scope, rule, startedBy } = data.byRule
  const started = startedBy === undefined ? '' : `, run started by ${startedBy}`
  return `${what === null ? '' : `${what}; `}by rule of ${scope}: ${rule}${started}`
}

function whatWasDeleted(
  kind: 'image deleted' | 'tag deleted',
  { digest, tags, afterRestart }: EventData['image deleted'],
): string | null {
  if (afterRestart) return `${digest}, finished after a restart`
  if (tags === null) return null
  if (kind === 'image deleted') return `${digest} with ${listedTags(tags)}`
  // A broken tag showed nothing that could stay.
  return digest === null ? listedTags(tags) : `${listedTags(tags)}; ${digest} stays`
}

interface Change {
  readonly name: string
  readonly before: string | number | boolean | null
  readonly after: string | number | boolean | null
}

/** `team: read-only → read-write; library: admin → none`, or null. */
const listed = (changes: readonly Change[]): string | null =>
  changes.length === 0
    ? null
    : changes.map(({ name, before, after }) => `${name}: ${before} → ${after}`).join('; ')

const roleTexts = {
  account: null,
  administrator: 'as an administrator',
  'first administrator': 'as the first administrator',
} as const

const instantText = (ms: number): string => new Date(ms).toISOString()

/** Why scheduled runs did not start, as far as it is known. */
export function missedText(why: EventData['collection skipped']['why']): string {
  if (why.cause === 'refused') return why.message
  const { cause, sinceMs, untilMs } = why
  if (sinceMs === null || untilMs === null) return 'no server was running then'
  const between = `between ${instantText(sinceMs)} and ${instantText(untilMs)}`
  return cause === 'not running'
    ? `no server was running ${between}`
    : `the server was held up ${between} (paused, asleep or too busy), or its clock was set forward`
}

function verifiedText(data: EventData['verification finished']): string {
  if (data.error !== null) return `failed: ${data.error}`
  const { tags, wholeTags, absentPlatforms, unreadPlaces } = data
  const absent = absentPlatforms === 0 ? '' : `; absent platforms of indexes: ${absentPlatforms}`
  const unread = unreadPlaces === 0 ? '' : `; what could not be read: ${unreadPlaces}`
  return `${wholeTags} of ${tags} ${tags === 1 ? 'tag' : 'tags'} verified${absent}${unread}`
}
