import { sampleData } from '#testing/builders/event-samples.ts'
import { describe, expect, test } from 'vitest'
import { activityKinds, type ActivityKind } from './activity-kind.ts'
import { detailText } from './detail-text.ts'
import { eventVersion, factOf, subjectOf, type DomainEvent } from './domain-event.ts'
import { fromEarlierEvent } from './earlier-event.ts'

const digest = `sha256:${'b'.repeat(64)}`
const envelope = { id: 'e', atMs: 7, actor: 'ada', from: null, repository: 'team/app' }
const freed: Readonly<Record<string, number>> = { job: 63_999_123 }

const read = (kind: string, subject: string | null, detail: string | null): DomainEvent =>
  fromEarlierEvent(
    { ...envelope, kind, subject, detail },
    { freedBytesOf: (jobID) => freed[jobID] ?? null },
  )

const between = 'between 2026-11-23T03:59:00.000Z and 2026-11-23T06:30:00.000Z'
const sinceMs = Date.UTC(2026, 10, 23, 3, 59)
const untilMs = Date.UTC(2026, 10, 23, 6, 30)
const dueMs = Date.UTC(2026, 10, 23, 4)
const due = 'due at 2026-11-23T04:00:00.000Z'

/** Every form that an earlier version wrote. */
const forms: readonly (readonly [ActivityKind, string | null, string | null, object])[] = [
  ['image pushed', '1', digest, { tag: '1', digest }],
  ['manifest pushed', digest, null, { digest }],
  ['blob mounted', digest, null, { digest }],
  ['image deleted', '1', null, { reference: '1', digest: null, tags: null }],
  ['image deleted', '1', `${digest} with tag 1`, { reference: '1', digest, tags: ['1'] }],
  ['image deleted', digest, `${digest} with no tags`, { reference: digest, digest, tags: [] }],
  [
    'image deleted',
    '1',
    `${digest}, finished after a restart`,
    { reference: '1', digest, tags: null, afterRestart: true },
  ],
  ['tag deleted', '1', null, { reference: '1', digest: null, tags: null }],
  ['tag deleted', '1', 'tag 1', { reference: '1', digest: null, tags: ['1'] }],
  ['tag deleted', '1', `tags 1, 2; ${digest} stays`, { reference: '1', digest, tags: ['1', '2'] }],
  [
    'tag deleted',
    '1',
    `${digest}, finished after a restart`,
    { reference: '1', digest, tags: null, afterRestart: true },
  ],
  ['image deleted forever', digest, 'with tags 1, 2', { digest, tags: ['1', '2'] }],
  ['tag deleted forever', digest, 'with tag 1', { digest, tags: ['1'] }],
  ['image deleted forever', 'entry', null, { entryID: 'entry', digest: null, tags: null }],
  ['image restored', digest, 'with no tags', { digest, tags: [] }],
  ['tag restored', '1', digest, { tag: '1', digest }],
  ['image collected', digest, 'with tags 1, 2', { digest, tags: ['1', '2'] }],
  ['image collected', digest, null, { digest, tags: null }],
  ['tag collected', digest, 'with tag 1', { digest, tags: ['1'] }],
  ['repository removed', null, null, {}],
  [
    'samples loaded',
    null,
    'library/alpine, team/app',
    { repositories: ['library/alpine', 'team/app'] },
  ],
  ['samples loaded', null, '', { repositories: [] }],
  ['schedule changed', null, '0 4 * * *', { after: '0 4 * * *' }],
  ['schedule changed', null, 'never', { after: null }],
  ['policy changed', null, null, { changes: [] }],
  [
    'policy changed',
    null,
    'timeLimitMinutes: null → 30; whileCollecting: reject-pushes → hold-pushes; collectUntagged: false → true',
    {
      changes: [
        { field: 'timeLimitMinutes', before: null, after: 30 },
        { field: 'whileCollecting', before: 'reject-pushes', after: 'hold-pushes' },
        { field: 'collectUntagged', before: false, after: true },
      ],
    },
  ],
  ['collection started', 'job', null, { jobID: 'job', dryRun: false, planID: null }],
  ['collection started', 'job', 'dry run', { jobID: 'job', dryRun: true, planID: null }],
  ['collection started', 'job', 'at most plan p 1', { jobID: 'job', dryRun: false, planID: 'p 1' }],
  ['collection stopped', 'job', null, { jobID: 'job' }],
  [
    'collection finished',
    'job',
    'done, 64 MB freed',
    { jobID: 'job', status: 'done', error: null, freedBytes: 63_999_123 },
  ],
  [
    'collection finished',
    'none',
    'canceled',
    { jobID: 'none', status: 'canceled', error: null, freedBytes: null },
  ],
  [
    'collection finished',
    'none',
    'errored: the server stopped while this ran; what it had deleted is gone, nothing else is',
    {
      jobID: 'none',
      status: 'errored',
      error: 'the server stopped while this ran; what it had deleted is gone, nothing else is',
      freedBytes: null,
    },
  ],
  [
    'collection skipped',
    null,
    `${due}: a collection is running already: wait until it has finished, or stop it`,
    {
      dueMs,
      count: 1,
      why: {
        cause: 'refused',
        message: 'a collection is running already: wait until it has finished, or stop it',
      },
    },
  ],
  [
    'collection skipped',
    null,
    `${due}: no server was running then (the first of 3)`,
    { dueMs, count: 3, why: { cause: 'not running', sinceMs: null, untilMs: null } },
  ],
  [
    'collection skipped',
    null,
    `${due}: no server was running ${between}`,
    { dueMs, count: 1, why: { cause: 'not running', sinceMs, untilMs } },
  ],
  [
    'collection skipped',
    null,
    `${due}: the server was held up ${between} (paused, asleep or too busy), or its clock was set forward (the first of 2)`,
    { dueMs, count: 2, why: { cause: 'held up', sinceMs, untilMs } },
  ],
  ['verification started', null, null, { full: false }],
  ['verification started', null, 'every byte', { full: true }],
  [
    'verification finished',
    null,
    '1 of 1 tag verified',
    { error: null, tags: 1, wholeTags: 1, absentPlatforms: 0, unreadPlaces: 0 },
  ],
  [
    'verification finished',
    null,
    '5 of 6 tags verified; what could not be read: 2',
    { error: null, tags: 6, wholeTags: 5, absentPlatforms: 0, unreadPlaces: 2 },
  ],
  ['verification finished', null, 'failed: it was stopped', { error: 'it was stopped' }],
  ['signed in', 'ada', null, { account: 'ada' }],
  ['sign-in refused', 'ada', 'inactive account', { account: 'ada', reason: 'inactive account' }],
  ['sign-in refused', null, 'unknown name', { account: null, reason: 'unknown name' }],
  ['signed out', 'ada', null, { account: 'ada' }],
  ['account created', 'ada', null, { account: 'ada', role: 'account' }],
  ['account created', 'ada', 'as an administrator', { account: 'ada', role: 'administrator' }],
  [
    'account created',
    'ada',
    'as the first administrator',
    { account: 'ada', role: 'first administrator' },
  ],
  ['account changed', 'ada', 'no longer an administrator', { account: 'ada', isAdmin: false }],
  ['account disabled', 'ada', null, { account: 'ada' }],
  ['account enabled', 'ada', null, { account: 'ada' }],
  ['password changed', 'ada', null, { account: 'ada', command: null }],
  [
    'password changed',
    'ada',
    'by "jetsam reset-password"',
    { account: 'ada', command: 'reset-password' },
  ],
  [
    'access changed',
    'ada',
    'library: admin → none; team/app: none → read-write',
    {
      account: 'ada',
      changes: [
        { scope: 'library', before: 'admin', after: null },
        { scope: 'team/app', before: null, after: 'read-write' },
      ],
    },
  ],
  ['account removed', 'ada', null, { account: 'ada' }],
  [
    'anonymous access changed',
    null,
    'library: none → read-only',
    { changes: [{ scope: 'library', before: null, after: 'read-only' }] },
  ],
  [
    'access token created',
    'ada',
    'build: pull on x: pull, push on team, library/alpine',
    {
      account: 'ada',
      token: 'build: pull on x',
      actions: ['pull', 'push'],
      repositories: ['team', 'library/alpine'],
    },
  ],
  [
    'access token created',
    'ada',
    'all: delete on *',
    { account: 'ada', token: 'all', actions: ['delete'], repositories: ['*'] },
  ],
  ['access token revoked', 'ada', 'build', { account: 'ada', token: 'build' }],
]

/** Later kinds were recorded as data from the first. */
const recordedAsData: ReadonlySet<string> = new Set([
  'repository deleted',
  'repository deleted forever',
  'repository restored',
  'repository collected',
])
const kindsOfWords = activityKinds.filter(
  (kind) => !/^(?:retention|running) /.test(kind) && !recordedAsData.has(kind),
)

describe('words of an earlier version', () => {
  test.each(forms)('"%s" of %j with %j become data', (kind, subject, detail, data) => {
    const event = read(kind, subject, detail)
    expect(event).toEqual({ ...envelope, version: eventVersion, kind, data })
    expect([subjectOf(event), detailText(event)]).toEqual([subject, detail])
  })

  test('were there for every kind', () => {
    expect(new Set(forms.map(([kind]) => kind))).toEqual(new Set(kindsOfWords))
  })

  test.each(kindsOfWords)('of the kind "%s" as it is recorded now become data', (kind) => {
    const now = { ...envelope, version: eventVersion, kind, data: sampleData[kind] } as DomainEvent
    const event = read(kind, subjectOf(now), detailText(now))
    expect(factOf(event)).not.toBeNull()
    expect(detailText(event)).toBe(detailText(now))
  })

  test.each<[string, string | null, string | null]>([
    // The bytes are not known, or no longer what they were.
    ['collection finished', 'none', 'done, 64 MB freed'],
    ['collection finished', 'job', 'done, 65 MB freed'],
    // Of the very first versions.
    ['account changed', 'ada', 'created as the first administrator'],
    ['image collected', digest, '1, 2'],
    ['image pushed', '1', null],
    ['policy changed', null, 'anything: 1 → 2'],
    ['access changed', 'ada', 'team: none → everything'],
    ['schedule changed', null, null],
    ['a kind of a later version', 'x', 'y'],
    ['signed in', null, null],
    ['signed in', 'ada', 'edited by hand'],
  ])('"%s" of %j with %j stay words', (kind, subject, detail) => {
    const event = read(kind, subject, detail)
    const data = { legacy: { subject, text: detail } }
    expect(event).toEqual({ ...envelope, version: eventVersion, kind, data })
    expect([subjectOf(event), detailText(event)]).toEqual([subject, detail])
  })
})
