import { isDigest } from '../values/digest.ts'
import { activityKinds, type ActivityKind } from './activity-kind.ts'
import { detailText } from './detail-text.ts'
import { eventVersion, parseEventData, subjectOf, type DomainEvent } from './domain-event.ts'

/** An event as earlier versions recorded it: what it was about in words, under the same kinds. */
export interface EarlierEvent extends Omit<DomainEvent, 'version' | 'kind' | 'data'> {
  readonly kind: string
  readonly subject: string | null
  readonly detail: string | null
}

/** What the words leave out, but the state knows. */
export interface EarlierKnowledge {
  /** The bytes that a run freed, by the job's id; null: not known. The words have them rounded. */
  readonly freedBytesOf: (jobID: string) => number | null
}

interface Words extends EarlierKnowledge {
  readonly subject: string | null
  readonly detail: string | null
}

/**
 * Reads the words of an earlier version as data, once, when its state is opened. Words become data
 * only if the data gives the same words again, so that no answer of the API changes; others are
 * kept as they are.
 */
export function fromEarlierEvent(
  { kind, subject, detail, ...envelope }: EarlierEvent,
  { freedBytesOf }: EarlierKnowledge,
): DomainEvent {
  const known = activityKinds.find((one) => one === kind)
  const read = known && readers[known]({ subject, detail, freedBytesOf })
  const event = {
    ...envelope,
    version: eventVersion,
    kind,
    data: parseEventData(kind, eventVersion, read ?? null),
  } as DomainEvent
  if (subjectOf(event) === subject && detailText(event) === detail) return event
  return { ...event, data: { legacy: { subject, text: detail } } }
}

const ofAccount = ({ subject }: Words) => ({ account: subject })
const ofJob = ({ subject }: Words) => ({ jobID: subject })
const ofManifest = ({ subject }: Words) => ({ digest: subject })
const ofTag = ({ subject, detail }: Words) => ({ tag: subject, digest: detail })
const ofTags = ({ subject, detail }: Words) => ({ digest: subject, tags: tagsWith(detail) })

/** Data that may not fit: it is checked. Undefined: no form that was ever written. */
const readers: Readonly<Record<ActivityKind, (words: Words) => unknown>> = {
  'image pushed': ofTag,
  'manifest pushed': ofManifest,
  'blob mounted': ofManifest,
  'image deleted': ({ subject, detail }) => {
    if (detail === null) return { reference: subject, digest: null, tags: null }
    const match = /^(?<digest>\S+) with (?<tags>.+)$/.exec(detail)?.groups
    if (match === undefined) return afterRestart(subject, detail)
    return { reference: subject, digest: match.digest, tags: listedTags(match.tags) }
  },
  'tag deleted': ({ subject, detail }) => {
    if (detail === null) return { reference: subject, digest: null, tags: null }
    const match = /^(?<tags>(?:tags? |no tags)[^;]*)(?:; (?<digest>\S+) stays)?$/.exec(detail)
    if (match === null) return afterRestart(subject, detail)
    const { tags, digest = null } = match.groups ?? {}
    return { reference: subject, digest, tags: listedTags(tags) }
  },
  'image deleted forever': deletedForever,
  'tag deleted forever': deletedForever,
  'image restored': ofTags,
  'tag restored': ofTag,
  'image collected': ofTags,
  'tag collected': ofTags,
  'repository removed': () => ({}),
  'samples loaded': ({ detail }) => ({ repositories: detail ? detail.split(', ') : [] }),
  'schedule changed': ({ detail }) => ({ after: detail === 'never' ? null : detail }),
  'policy changed': ({ detail }) => ({
    changes: changesIn(detail).map(({ name, before, after }) => ({
      field: name,
      before: policyValue(before),
      after: policyValue(after),
    })),
  }),
  // Recorded as data from the first.
  'repository deleted': () => undefined,
  'repository deleted forever': () => undefined,
  'repository restored': () => undefined,
  'repository collected': () => undefined,
  'retention policy changed': () => undefined,
  'retention settings changed': () => undefined,
  'retention approved': () => undefined,
  'running reported': () => undefined,
  'running report removed': () => undefined,
  'retention finished': () => undefined,
  'collection started': ({ subject, detail }) => ({
    jobID: subject,
    dryRun: detail === 'dry run',
    planID: /^at most plan (?<id>.+)$/.exec(detail ?? '')?.groups?.id ?? null,
  }),
  'collection stopped': ofJob,
  'collection finished': collectionFinished,
  'collection skipped': collectionSkipped,
  'verification started': ({ detail }) => ({ full: detail === 'every byte' }),
  'verification finished': verificationFinished,
  'signed in': ofAccount,
  'sign-in refused': ({ subject, detail }) => ({ account: subject, reason: detail }),
  'signed out': ofAccount,
  'account created': ({ subject, detail }) => ({
    account: subject,
    role: detail === null ? 'account' : detail.replace(/^as (?:an|the) /, ''),
  }),
  'account changed': ({ subject, detail }) => ({
    account: subject,
    isAdmin: detail === 'now an administrator',
  }),
  'account disabled': ofAccount,
  'account enabled': ofAccount,
  'password changed': ({ subject, detail }) => ({
    account: subject,
    command: detail === null ? null : /^by "jetsam (?<command>.+)"$/.exec(detail)?.groups?.command,
  }),
  'access changed': ({ subject, detail }) => ({ account: subject, changes: grantChanges(detail) }),
  'account removed': ofAccount,
  'anonymous access changed': ({ detail }) => ({ changes: grantChanges(detail) }),
  'access token created': ({ subject, detail }) => {
    // A token's name may have any text: only the last part is of the form of a scope.
    const match = /^(?<token>.*): (?<actions>[a-z, ]+) on (?<on>[^: ]+(?:, [^: ]+)*)$/.exec(
      detail ?? '',
    )
    const { token, actions, on } = match?.groups ?? {}
    return {
      account: subject,
      token,
      actions: actions?.split(', '),
      repositories: on?.split(', '),
    }
  },
  'access token revoked': ({ subject, detail }) => ({ account: subject, token: detail }),
}

/** `tags 1.0, 2.0`. */
function listedTags(text = ''): readonly string[] | undefined {
  if (text === 'no tags') return []
  return /^tags? (?<tags>.+)$/.exec(text)?.groups?.tags?.split(', ')
}

/** `with tags 1.0, 2.0`. */
const tagsWith = (detail: string | null): readonly string[] | null | undefined =>
  detail === null ? null : listedTags(/^with (?<tags>.+)$/.exec(detail)?.groups?.tags)

function afterRestart(reference: string | null, detail: string): unknown {
  const digest = /^(?<digest>\S+), finished after a restart$/.exec(detail)?.groups?.digest
  return digest && { reference, digest, tags: null, afterRestart: true }
}

function deletedForever({ subject, detail }: Words): unknown {
  const tags = tagsWith(detail)
  return isDigest(subject) ? { digest: subject, tags } : { entryID: subject, digest: null, tags }
}

/** `team: read-only → read-write; library: admin → none`. */
const changesIn = (detail: string | null) =>
  (detail?.split('; ') ?? []).map(
    (change) => /^(?<name>\S+): (?<before>\S+) → (?<after>\S+)$/.exec(change)?.groups ?? {},
  )

const grantChanges = (detail: string | null) =>
  changesIn(detail).map(({ name, before, after }) => ({
    scope: name,
    before: before === 'none' ? null : before,
    after: after === 'none' ? null : after,
  }))

function policyValue(text: string | undefined): unknown {
  if (text === 'null') return null
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text
}

function collectionFinished({ subject, detail, freedBytesOf }: Words): unknown {
  const failed = /^(?<status>\w+): (?<error>.*)$/s.exec(detail ?? '')?.groups
  if (failed !== undefined) return { jobID: subject, ...failed, freedBytes: null }
  const [status, freed] = detail?.split(', ') ?? []
  const freedBytes = freed === undefined || subject === null ? null : freedBytesOf(subject)
  return { jobID: subject, status, error: null, freedBytes }
}

const instant = (text: string | undefined): number | null =>
  text === undefined ? null : Date.parse(text)

function collectionSkipped({ detail }: Words): unknown {
  const skipped = /^due at (?<due>\S+): (?<reason>.*)$/s.exec(detail ?? '')?.groups
  if (skipped === undefined) return undefined
  const { due = '', reason = '' } = skipped
  const dueMs = Date.parse(due)
  const missed =
    /^(?<what>no server was running|the server was held up)(?: then| between (?<since>\S+) and (?<until>\S+)(?: \(paused, asleep or too busy\), or its clock was set forward)?)(?: \(the first of (?<count>\d+)\))?$/.exec(
      reason,
    )?.groups
  if (missed === undefined) return { dueMs, count: 1, why: { cause: 'refused', message: reason } }
  const { what, since, until, count = '1' } = missed
  return {
    dueMs,
    count: Number(count),
    why: {
      cause: what === 'no server was running' ? 'not running' : 'held up',
      sinceMs: instant(since),
      untilMs: instant(until),
    },
  }
}

function verificationFinished({ detail }: Words): unknown {
  const error = /^failed: (?<error>.*)$/s.exec(detail ?? '')?.groups?.error
  if (error !== undefined) return { error }
  const match =
    /^(?<whole>\d+) of (?<tags>\d+) tags? verified(?:; absent platforms of indexes: (?<absent>\d+))?(?:; what could not be read: (?<unread>\d+))?$/.exec(
      detail ?? '',
    )?.groups
  return (
    match && {
      error: null,
      tags: Number(match.tags),
      wholeTags: Number(match.whole),
      absentPlatforms: Number(match.absent ?? 0),
      unreadPlaces: Number(match.unread ?? 0),
    }
  )
}
