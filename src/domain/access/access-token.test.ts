import { describe, expect, test } from 'vitest'
import {
  accessTokenBounds,
  isAccessToken,
  parseTokenName,
  parseTokenScope,
  scopeAllows,
} from './access-token.ts'

const secret = `jst_${'0f'.repeat(32)}`

test.each([
  [secret, true],
  [secret.toUpperCase(), false],
  [`${secret}0`, false],
  [`x${secret}`, false],
  ['jst_', false],
  ['a password', false],
])('%s looks like an access token: %j', (text, expected) => {
  expect(isAccessToken(text)).toBe(expected)
})

describe('a name', () => {
  test.each(['ci', ' of the build, 2026 ', 'ü', 'x'.repeat(accessTokenBounds.nameLength)])(
    '%j is accepted without the spaces around it',
    (name) => {
      expect(parseTokenName(name)).toEqual({ ok: true, value: name.trim() })
    },
  )

  test.each(['', '  ', 'a\nb', '\u0000', 'x'.repeat(accessTokenBounds.nameLength + 1)])(
    '%j is refused',
    (name) => {
      expect(parseTokenName(name)).toMatchObject({ ok: false, refusal: { field: 'name' } })
    },
  )
})

describe('a scope', () => {
  test('is sorted, without duplicates', () => {
    expect(parseTokenScope(['team/b', 'team', 'team'], ['push', 'pull', 'push'])).toEqual({
      ok: true,
      value: { repositories: ['team', 'team/b'], actions: ['pull', 'push'] },
    })
    expect(parseTokenScope(['team', '*'], ['delete'])).toMatchObject({
      value: { repositories: ['*'] },
    })
  })

  test.each<[string[], string[], string]>([
    [[], ['pull'], 'repositories'],
    [Array.from({ length: 101 }, (_, at) => `r${at}`), ['pull'], 'repositories'],
    [['ok', 'Not/ok'], ['pull'], 'repositories.1'],
    [['team/*'], ['pull'], 'repositories.0'],
    [['team'], [], 'actions'],
    [['team'], ['pull', 'admin'], 'actions'],
    [['team'], ['*'], 'actions'],
  ])('%j with %j is refused', (repositories, actions, field) => {
    expect(parseTokenScope(repositories, actions)).toMatchObject({ ok: false, refusal: { field } })
  })

  test.each([
    ['team', 'team/app', 'pull', true],
    ['team', 'team', 'pull', true],
    ['team', 'teams/app', 'pull', false],
    ['team/app', 'team', 'pull', false],
    ['team/app', 'team/app/deep', 'pull', true],
    ['*', 'any/thing', 'pull', true],
    ['*', 'any/thing', 'push', false],
  ] as const)('of %s over %s allows %s: %j', (scope, repository, action, expected) => {
    expect(scopeAllows({ repositories: [scope], actions: ['pull'] }, repository, action)).toBe(
      expected,
    )
  })
})
