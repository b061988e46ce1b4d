import { describe, expect, test } from 'vitest'
import { parseRepositoryName, splitRepositoryName } from './repository-name.ts'

describe('a repository name', () => {
  test.each([
    'app',
    'team/app',
    'a/b/c/d',
    '0/1',
    'my-team/my.app_v2',
    'a__b',
    'a---b',
    'library/base12',
    'a'.repeat(255),
  ])('%s is valid', (name) => {
    expect(parseRepositoryName(name)).toEqual({ ok: true, value: name })
  })

  test.each([
    '',
    '/',
    '/app',
    'app/',
    'team//app',
    'Team/app',
    'team/app:1',
    '.app',
    'app.',
    '-app',
    'a..b',
    'a___b',
    'a._b',
    '..',
    '../app',
    'team/../../etc/passwd',
    'team/_manifests',
    'team/app\n',
    'team\\app',
    'team/%2e%2e',
    'tëam/app',
    'team/app\u0000',
    'a'.repeat(256),
    null,
    undefined,
    42,
    ['team/app'],
  ])('%j is invalid', (input) => {
    expect(parseRepositoryName(input)).toMatchObject({
      ok: false,
      refusal: { code: 'INVALID_REPOSITORY_NAME' },
    })
  })

  // A regular expression that backtracks would not end here.
  test('a long invalid name is refused', () => {
    expect(parseRepositoryName(`${'a-'.repeat(127)}!`).ok).toBe(false)
    expect(parseRepositoryName(`${'a/'.repeat(1_000_000)}!`).ok).toBe(false)
  })

  test.each([
    ['team/app', 'team', 'app'],
    ['a/b/c', 'a/b', 'c'],
    ['app', '', 'app'],
  ])('%s is in namespace %j', (text, namespace, name) => {
    const parsed = parseRepositoryName(text)
    expect(parsed.ok && splitRepositoryName(parsed.value)).toEqual({ namespace, name })
  })
})
