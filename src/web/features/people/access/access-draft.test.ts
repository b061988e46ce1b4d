import { expect, it } from 'vitest'
import { accessSummary } from './access-labels.ts'
import { draftOf, grantsOf, isChanged, mistakesIn, narrowed, withNewLine } from './access-draft.ts'

const grants = [
  { scope: 'team', accessLevel: 'read-write' },
  { scope: 'team/app', accessLevel: 'read-only' },
] as const

it('is saved in the order of scopes, without empty lines', () => {
  const draft = withNewLine(draftOf([grants[1], grants[0]]))
  expect(grantsOf(draft)).toEqual(grants)
  expect(isChanged(draft, grants)).toBe(false)
  expect(isChanged(draft.slice(1), grants)).toBe(true)
})

it('gives every new line a key that no other line has', () => {
  const draft = withNewLine(withNewLine(draftOf(grants)).slice(1))
  expect(draft.map(({ key }) => key)).toEqual([1, 2, 3])
})

it('names the mistakes line by line', () => {
  const scopes = ['team', '', 'Team', 'team', 'team/', 'a//b', 'a/b']
  const draft = scopes.map((scope, key) => ({ scope, key, accessLevel: 'admin' as const }))
  expect([...mistakesIn(draft).keys()]).toEqual([2, 3, 4, 5])
})

it('finds the nearest broader scope that a line is an exception to', () => {
  const draft = draftOf([
    ...grants,
    { scope: 'team/app/x', accessLevel: 'admin' },
    { scope: 'teams', accessLevel: 'admin' },
  ])
  expect(draft.map((line) => narrowed(draft, line))).toEqual([null, 'team', 'team/app', null])
})

it.each([
  [true, [], 'everything'],
  [false, [], 'nothing yet'],
  [false, grants, 'writes team; reads team/app'],
  [
    false,
    ['a', 'b', 'c', 'd', 'e'].map((scope) => ({ scope, accessLevel: 'admin' as const })),
    'administers a, b, c and 2 more',
  ],
])('summarizes administrator %s with %j', (isAdmin, given, words) => {
  expect(accessSummary({ isAdmin, grants: [...given] })).toBe(words)
})
