import { activityKinds } from '#domain/events/activity-kind.ts'
import type { ActivityEntry } from '#contract/activity.ts'
import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { digestOf } from '#web/testing/images.ts'
import { renderPage } from '#web/testing/render-page.tsx'
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

it.each<[string, Partial<ActivityEntry>, string, readonly string[]]>([
  ['an image by its tag', {}, 'dana deleted team/app:1.2', ['/repositories/team/app?tag=1.2']],
  [
    'an image by the tags that came with it',
    { kind: 'image restored', subject: digest, detail: 'with tags 1.2, latest' },
    'dana restored team/app:1.2, latest from the trash',
    ['/repositories/team/app', '/trash'],
  ],
  [
    'an image without tags',
    { kind: 'image deleted forever', subject: digest, detail: 'with no tags' },
    'dana deleted team/app@sha256:aaaaaaaaaa… forever',
    ['/repositories/team/app'],
  ],
  [
    'a collection that a person started',
    { kind: 'collection started', repository: null, subject: 'j1' },
    'dana started a collection',
    ['/settings/garbage-collection/runs/j1'],
  ],
  [
    'a collection that the schedule started',
    { kind: 'collection started', ...nobody, repository: null, subject: 'j1' },
    'The schedule started a collection',
    ['/settings/garbage-collection/runs/j1'],
  ],
  [
    'a dry run',
    { kind: 'collection started', repository: null, subject: 'j1', detail: 'dry run' },
    'dana previewed a collection',
    ['/settings/garbage-collection/runs/j1'],
  ],
  [
    'a schedule that was switched off',
    { kind: 'schedule changed', repository: null, subject: null, detail: 'never' },
    'dana switched the schedule off',
    ['/settings/garbage-collection'],
  ],
  [
    'one’s own new password',
    { kind: 'password changed', repository: null, subject: 'dana' },
    'dana changed their password',
    [],
  ],
  [
    'another person’s new password',
    { kind: 'password changed', repository: null, subject: 'ci', actor: 'ada' },
    'ada set a new password for ci',
    [],
  ],
  [
    'a sign-in that failed',
    { kind: 'sign-in refused', ...nobody, repository: null, subject: 'dana' },
    'Somebody could not sign in as dana',
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
  const words = show(entry({ kind, actor: null, repository: null, subject: null, detail: null }))
  expect(words).toMatch(/^[A-Z].* /)
})

it.each<[Partial<ActivityEntry>, string]>([
  [{ detail: `${digest} with tag 1.2` }, 'sha256:aaaaaaaaaa…'],
  [{ detail: `${digest} with tags 1.2, 1` }, 'sha256:aaaaaaaaaa… with tags 1.2, 1'],
  [{ kind: 'tag deleted', detail: `tag 1.2; ${digest} stays` }, 'sha256:aaaaaaaaaa… stays'],
  [{ kind: 'collection started', detail: 'dry run' }, ''],
  [{ kind: 'collection finished', detail: 'done, 64 MB freed' }, 'done, 64 MB freed'],
  [
    { kind: 'policy changed', detail: 'timeLimitMinutes: null → 5; collectUntagged: false → true' },
    'time limit in minutes: none → 5, collect untagged images: off → on',
  ],
  [
    { kind: 'policy changed', detail: 'acceptSparseIndexes: false → true' },
    'accept indexes without all their platforms: off → on',
  ],
  [
    { kind: 'access changed', detail: 'a: none → admin; b: admin → none' },
    'a: none → admin, b: admin → none',
  ],
])('adds to %j the detail %j', (given, words) => {
  expect(shortened(detailWords(entry(given)))).toBe(words)
})
