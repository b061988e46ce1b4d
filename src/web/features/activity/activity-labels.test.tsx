import { activityKinds } from '#domain/events/activity-kind.ts'
import type { ActivityEntry } from '#contract/activity.ts'
import { cleanup, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { digestOf } from '#web/testing/images.ts'
import { renderPage } from '#web/testing/render-page.tsx'
import { sampleData } from '#testing/builders/event-samples.ts'
import { ActivityWords } from './activity-labels.tsx'
import { detailWords, shortened } from './detail-labels.ts'
import { entry } from './testing/entry.ts'

const show = (given: ActivityEntry, within: string | null = null) => {
  renderPage(
    <p data-testid="words">
      <ActivityWords entry={given} within={within} />
    </p>,
    { at: '/activity' },
  )
  return screen.getByTestId('words').textContent
}
const links = () => screen.queryAllByRole('link').map((link) => link.getAttribute('href'))

const digest = digestOf('a')
const nobody = { actor: null, from: null }
const started = { jobID: 'j1', dryRun: false, planID: null }

it.each<[string, Partial<ActivityEntry>, string, readonly string[]]>([
  ['an image by its tag', {}, 'dana deleted team/app:1.2', ['/repositories/team/app?tag=1.2']],
  [
    'an image by the tags that came with it',
    { kind: 'image restored', subject: digest, data: { digest, tags: ['1.2', 'latest'] } },
    'dana restored team/app:1.2, latest from the trash',
    ['/repositories/team/app', '/trash'],
  ],
  [
    'an image without tags',
    { kind: 'image deleted forever', subject: digest, data: { digest, tags: [] } },
    'dana deleted team/app@sha256:aaaaaaaaaa… forever',
    ['/repositories/team/app'],
  ],
  [
    'a collection that a person started',
    { kind: 'collection started', repository: null, subject: 'j1', data: started },
    'dana started a collection',
    ['/settings/garbage-collection/runs/j1'],
  ],
  [
    'a collection that the schedule started',
    { kind: 'collection started', ...nobody, repository: null, subject: 'j1', data: started },
    'The schedule started a collection',
    ['/settings/garbage-collection/runs/j1'],
  ],
  [
    'a dry run',
    {
      kind: 'collection started',
      repository: null,
      subject: 'j1',
      data: { ...started, dryRun: true },
    },
    'dana previewed a collection',
    ['/settings/garbage-collection/runs/j1'],
  ],
  [
    'a schedule that was switched off',
    { kind: 'schedule changed', repository: null, subject: null, data: { after: null } },
    'dana switched the schedule off',
    ['/settings/garbage-collection'],
  ],
  [
    'a new schedule',
    { kind: 'schedule changed', repository: null, subject: null, data: { after: '0 4 * *' } },
    'dana set the schedule to 0 4 * *',
    ['/settings/garbage-collection'],
  ],
  [
    'one’s own new password',
    {
      kind: 'password changed',
      repository: null,
      subject: 'dana',
      data: { account: 'dana', command: null },
    },
    'dana changed their password',
    [],
  ],
  [
    'another person’s new password',
    {
      kind: 'password changed',
      repository: null,
      subject: 'ci',
      actor: 'ada',
      data: { account: 'ci', command: null },
    },
    'ada set a new password for ci',
    [],
  ],
  [
    'a sign-in that failed',
    {
      kind: 'sign-in refused',
      ...nobody,
      repository: null,
      subject: 'dana',
      data: { account: 'dana', reason: 'wrong password' },
    },
    'A sign-in as dana failed',
    [],
  ],
])('describes %s', (_, given, words, addresses) => {
  expect(show(entry(given))).toBe(words)
  expect(links()).toEqual(addresses)
})

it('omits the repository’s name on its own page', () => {
  expect(show(entry(), 'team/app')).toBe('dana deleted 1.2')
})

it.each(activityKinds)('has a sentence for: %s', (kind) => {
  const bare = { kind, actor: null, repository: null, subject: null, detail: null }
  for (const data of [sampleData[kind], { legacy: { subject: null, text: null } }]) {
    expect(show(entry({ ...bare, data }))).toMatch(/^[A-Z].* /)
    cleanup()
  }
})

const between = 'between 2026-11-23 03:59:00 UTC and 2026-11-23 06:30:00 UTC'
const sinceMs = Date.UTC(2026, 10, 23, 3, 59)
const untilMs = Date.UTC(2026, 10, 23, 6, 30)
const dueMs = Date.UTC(2026, 10, 23, 4)
const due = 'due at 2026-11-23 04:00:00 UTC'
const deleted = { reference: '1.2', digest, tags: ['1.2'] }
const finished = { jobID: 'j1', status: 'done', error: null, freedBytes: 64_000_000 } as const

it.each<[Partial<ActivityEntry>, string]>([
  [{ data: deleted }, 'sha256:aaaaaaaaaa…'],
  [{ data: { ...deleted, tags: ['1.2', '1'] } }, 'sha256:aaaaaaaaaa… with tags 1.2, 1'],
  [{ data: { ...deleted, tags: [] } }, 'sha256:aaaaaaaaaa… with no tags'],
  [
    { data: { ...deleted, tags: null, afterRestart: true } },
    'sha256:aaaaaaaaaa…, finished after a restart',
  ],
  [{ data: { reference: '1.2', digest: null, tags: null } }, ''],
  [{ kind: 'tag deleted', data: deleted }, 'sha256:aaaaaaaaaa… stays'],
  [
    { kind: 'tag deleted', data: { ...deleted, byRule: { scope: 'team', rule: 'Remove tags 1' } } },
    'sha256:aaaaaaaaaa… stays, by the rule of team “Remove tags 1”',
  ],
  [
    {
      kind: 'retention settings changed',
      data: { changes: [{ field: 'maximumShare', before: 50, after: null }] },
    },
    'maximumShare: 50 → none',
  ],
  [{ kind: 'retention approved', data: { policies: [{ scope: 'team', version: 2 }] } }, 'team 2'],
  [
    {
      kind: 'retention finished',
      data: { jobID: 'j', status: 'done', error: null, removed: 3, skipped: 0, waiting: 1 },
    },
    'tags and untagged images taken: 3; waiting for approval: 1',
  ],
  [{ kind: 'tag deleted', data: { ...deleted, digest: null } }, 'tag 1.2'],
  [
    { kind: 'image collected', subject: digest, data: { digest, tags: ['1'] } },
    'sha256:aaaaaaaaaa…',
  ],
  [{ kind: 'tag restored', data: { tag: '1.2', digest } }, 'sha256:aaaaaaaaaa…'],
  [{ kind: 'samples loaded', data: { repositories: ['a', 'b'] } }, 'a, b'],
  [{ kind: 'collection started', data: { ...started, dryRun: true } }, ''],
  [{ kind: 'collection started', data: { ...started, planID: 'p' } }, 'at most plan p'],
  [{ kind: 'collection finished', data: finished }, 'done, 64 MB freed'],
  [
    {
      kind: 'collection finished',
      data: { ...finished, status: 'errored', error: 'no room', freedBytes: null },
    },
    'errored: no room',
  ],
  [
    {
      kind: 'collection skipped',
      data: { dueMs, count: 1, why: { cause: 'refused', message: 'x' } },
    },
    `${due}: x`,
  ],
  [
    {
      kind: 'collection skipped',
      data: { dueMs, count: 2, why: { cause: 'not running', sinceMs, untilMs } },
    },
    `${due}: no server was running ${between} (the first of 2)`,
  ],
  [
    {
      kind: 'collection skipped',
      data: { dueMs, count: 1, why: { cause: 'not running', sinceMs: null, untilMs: null } },
    },
    `${due}: no server was running then`,
  ],
  [
    {
      kind: 'collection skipped',
      data: { dueMs, count: 1, why: { cause: 'held up', sinceMs, untilMs } },
    },
    `${due}: the server was held up ${between} (paused, asleep or too busy), or its clock was set forward`,
  ],
  [{ kind: 'verification started', data: { full: true } }, 'every byte'],
  [
    {
      kind: 'verification finished',
      data: { error: null, tags: 6, wholeTags: 5, absentPlatforms: 2, unreadPlaces: 1 },
    },
    '5 of 6 tags verified; absent platforms of indexes: 2; what could not be read: 1',
  ],
  [{ kind: 'verification finished', data: { error: 'it was stopped' } }, 'failed: it was stopped'],
  [
    {
      kind: 'policy changed',
      data: {
        changes: [
          { field: 'timeLimitMinutes', before: null, after: 5 },
          { field: 'collectUntagged', before: false, after: true },
        ],
      },
    },
    'time limit in minutes: none → 5, collect untagged images: off → on',
  ],
  [
    {
      kind: 'policy changed',
      data: { changes: [{ field: 'acceptSparseIndexes', before: false, after: true }] },
    },
    'accept indexes without all their platforms: off → on',
  ],
  [{ kind: 'policy changed', data: { changes: [] } }, 'saved without a change'],
  [
    { kind: 'retention policy changed', data: { scope: 'team', version: 2, rules: 3 } },
    'version 2, rules: 3',
  ],
  [
    {
      kind: 'access changed',
      data: {
        account: 'dana',
        changes: [
          { scope: 'a', before: null, after: 'admin' },
          { scope: 'b', before: 'admin', after: null },
        ],
      },
    },
    'a: none → admin, b: admin → none',
  ],
  [{ kind: 'account created', data: { account: 'dana', role: 'account' } }, ''],
  [{ kind: 'account changed', data: { account: 'dana', isAdmin: true } }, 'now an administrator'],
  [
    { kind: 'password changed', data: { account: 'dana', command: 'reset-password' } },
    'by "jetsam reset-password"',
  ],
  [
    {
      kind: 'access token created',
      data: { account: 'dana', token: 'ci', actions: ['pull', 'push'], repositories: ['team'] },
    },
    'ci: pull, push on team',
  ],
  [
    { kind: 'image collected', data: { legacy: { subject: digest, text: `1, 2 of ${digest}` } } },
    '1, 2 of sha256:aaaaaaaaaa…',
  ],
])('adds to %j the detail %j', (given, words) => {
  expect(shortened(detailWords(entry(given)))).toBe(words)
})
