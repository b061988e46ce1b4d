import { sampleData } from '#testing/builders/event-samples.ts'
import { describe, expect, test } from 'vitest'
import { activityKinds, type ActivityKind } from './activity-kind.ts'
import { detailText } from './detail-text.ts'
import { subjectOf, type Fact } from './domain-event.ts'

const digest = `sha256:${'a'.repeat(64)}`
const heldUp =
  'the server was held up between 2026-11-23T03:59:00.000Z and 2026-11-23T06:30:00.000Z (paused, asleep or too busy), or its clock was set forward'

/** Scripts read these: they must not change. */
const texts: Readonly<Record<ActivityKind, readonly [string | null, string | null]>> = {
  'image pushed': ['1.2', digest],
  'manifest pushed': [digest, null],
  'blob mounted': [digest, null],
  'image deleted': ['1.2', `${digest} with tags 1.2, latest`],
  'tag deleted': ['1.2', `tags 1.2, latest; ${digest} stays`],
  'image deleted forever': [digest, 'with tag 1.2'],
  'tag deleted forever': [digest, 'with tag 1.2'],
  'image restored': [digest, 'with tags 1.2, latest'],
  'tag restored': ['1.2', digest],
  'image collected': [digest, 'with tags 1.2, latest'],
  'tag collected': [digest, 'with tags 1.2, latest'],
  'repository deleted': [null, '2 images, 3 tags'],
  'repository deleted forever': [null, '2 images, 3 tags'],
  'repository restored': [null, '2 images, 3 tags'],
  'repository collected': [null, '2 images, 3 tags'],
  'repository removed': [null, null],
  'samples loaded': [null, 'library/alpine, team/app'],
  'schedule changed': [null, '0 * * *'],
  'policy changed': [
    null,
    'timeLimitMinutes: null → 5; collectUntagged: false → true; whileCollecting: reject-pushes → hold-pushes',
  ],
  'retention policy changed': [null, 'team: version 2, rules: 3'],
  'retention settings changed': [null, 'maximumShare: 50 → null'],
  'retention approved': [null, 'team: 2'],
  'running reported': [null, 'prod: 12 images'],
  'running report removed': [null, 'prod'],
  'retention finished': ['job', 'done, removed: 3, skipped: 1, waiting: 0'],
  'collection started': ['job', 'at most plan plan'],
  'collection stopped': ['job', null],
  'collection finished': ['job', 'done, 64 MB freed'],
  'collection skipped': [null, `due at 2026-11-23T04:00:00.000Z: ${heldUp} (the first of 3)`],
  'verification started': [null, 'every byte'],
  'verification finished': [
    null,
    '5 of 6 tags verified; absent platforms of indexes: 2; what could not be read: 1',
  ],
  'signed in': ['dana', null],
  'sign-in refused': ['dana', 'wrong password'],
  'signed out': ['dana', null],
  'account created': ['dana', 'as an administrator'],
  'account changed': ['dana', 'now an administrator'],
  'account disabled': ['dana', null],
  'account enabled': ['dana', null],
  'password changed': ['dana', 'by "jetsam reset-password"'],
  'access changed': ['dana', 'library: admin → none; team: none → read-only'],
  'account removed': ['dana', null],
  'anonymous access changed': [null, 'library: none → read-only'],
  'access token created': ['dana', 'build: pull on team: pull, push on team, library/alpine'],
  'access token revoked': ['dana', 'build'],
}

describe('the subject and the detail of the API', () => {
  test.each(activityKinds)('of the kind "%s" stay as scripts know them', (kind) => {
    const event = { kind, data: sampleData[kind] } as Fact
    expect([subjectOf(event), detailText(event)]).toEqual(texts[kind])
  })

  test.each<[Fact, string | null, string | null]>([
    [
      { kind: 'image deleted', data: { reference: digest, digest, tags: [] } },
      digest,
      `${digest} with no tags`,
    ],
    [
      {
        kind: 'image deleted',
        data: { reference: '1', digest, tags: ['1'], afterRestart: true },
      },
      '1',
      `${digest}, finished after a restart`,
    ],
    [{ kind: 'tag deleted', data: { reference: '1', digest: null, tags: ['1'] } }, '1', 'tag 1'],
    [{ kind: 'tag deleted', data: { reference: '1', digest: null, tags: null } }, '1', null],
    [
      { kind: 'image deleted forever', data: { entryID: 'entry', digest: null, tags: null } },
      'entry',
      null,
    ],
    [{ kind: 'schedule changed', data: { before: '4 * * *', after: null } }, null, 'never'],
    [{ kind: 'policy changed', data: { changes: [] } }, null, null],
    [
      { kind: 'retention policy changed', data: { scope: 'team', version: 3, rules: null } },
      null,
      'team: removed',
    ],
    [
      { kind: 'collection started', data: { jobID: 'j', dryRun: true, planID: 'p' } },
      'j',
      'dry run',
    ],
    [
      {
        kind: 'collection finished',
        data: { jobID: 'j', status: 'errored', error: 'no: room', freedBytes: null },
      },
      'j',
      'errored: no: room',
    ],
    [
      { kind: 'verification finished', data: { error: 'it was stopped' } },
      null,
      'failed: it was stopped',
    ],
    [
      { kind: 'sign-in refused', data: { account: null, reason: 'unknown name' } },
      null,
      'unknown name',
    ],
  ])('of %j are %j and %j', (event, subject, detail) => {
    expect([subjectOf(event), detailText(event)]).toEqual([subject, detail])
  })
})
