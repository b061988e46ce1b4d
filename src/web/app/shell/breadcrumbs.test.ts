import { expect, test } from 'vitest'
import { crumbsOf } from './breadcrumbs.tsx'

const words = (pathname: string) => crumbsOf(pathname).map(({ label, to }) => [label, to])

test.each([
  [
    '/repositories/team/app',
    [
      ['Repositories', '/repositories'],
      ['team', '/repositories?namespace=team'],
      ['app', undefined],
    ],
  ],
  [
    '/repositories/alone',
    [
      ['Repositories', '/repositories'],
      ['alone', undefined],
    ],
  ],
  [
    '/settings/garbage-collection/runs/7',
    [
      ['Settings', undefined],
      ['Garbage collection', '/settings/garbage-collection'],
      ['Run', undefined],
    ],
  ],
  [
    '/settings/garbage-collection/verifications/7',
    [
      ['Settings', undefined],
      ['Garbage collection', '/settings/garbage-collection'],
      ['Verification', undefined],
    ],
  ],
  [
    '/settings/cleaning',
    [
      ['Settings', undefined],
      ['Cleaning', undefined],
    ],
  ],
  [
    '/settings/cleaning/runs/7',
    [
      ['Settings', undefined],
      ['Cleaning', '/settings/cleaning'],
      ['Run', undefined],
    ],
  ],
  [
    '/settings/people',
    [
      ['Settings', undefined],
      ['People', undefined],
    ],
  ],
  ['/trash', []],
])('shows for %s the trail %j', (pathname, expected) => {
  expect(words(pathname)).toEqual(expected)
})
