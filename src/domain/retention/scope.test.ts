import { parseRepositoryName } from '../values/repository-name.ts'
import { expect, test } from 'vitest'
import { parseRetentionScope, scopesOf } from './scope.ts'

test.each<[repository: string, scopes: readonly string[]]>([
  ['app', ['app', 'registry']],
  ['team/app', ['team/app', 'team', 'registry']],
  ['a/b/c', ['a/b/c', 'a/b', 'a', 'registry']],
  ['registry', ['registry']],
  ['registry/app', ['registry/app', 'registry']],
])('%s is in %j', (text, scopes) => {
  const repository = parseRepositoryName(text)
  expect(repository.ok && scopesOf(repository.value)).toEqual(scopes)
})

test.each(['registry', 'team', 'team/app', 'a/b/c'])('%s is a scope', (text) => {
  expect(parseRetentionScope(text)).toEqual({ ok: true, value: text })
})

test.each(['', 'Team', 'team/', '*', 'team//app', 7])('%j is no scope', (text) => {
  expect(parseRetentionScope(text)).toMatchObject({ ok: false, refusal: { code: 'INVALID_SCOPE' } })
})
