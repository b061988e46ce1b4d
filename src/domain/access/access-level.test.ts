import { describe, expect, test } from 'vitest'
import { accessLevelOver, allows, parseAccessLevel, type Grant } from './access-level.ts'

describe('access levels', () => {
  test('a level allows what lower ones do, and none allows nothing', () => {
    expect(allows('admin', 'read-only')).toBe(true)
    expect(allows('read-write', 'read-write')).toBe(true)
    expect(allows('read-only', 'read-write')).toBe(false)
    expect(allows('read-write', 'admin')).toBe(false)
    expect(allows(null, 'read-only')).toBe(false)
  })

  test('are parsed from the API', () => {
    expect(parseAccessLevel('read-write')).toEqual({ ok: true, value: 'read-write' })
    for (const input of ['', 'Admin', 'owner', 'toString', null, 2, ['admin']]) {
      expect(parseAccessLevel(input)).toMatchObject({
        ok: false,
        refusal: { message: 'an access level is one of read-only, read-write, admin' },
      })
    }
  })
})

describe('grants', () => {
  const grants: Grant[] = [
    { scope: 'team', accessLevel: 'read-write' },
    { scope: 'team/secret', accessLevel: 'read-only' },
    { scope: 'team/deep', accessLevel: 'admin' },
    { scope: 'team/deep/er', accessLevel: 'read-only' },
  ]

  test.each([
    ['team/app', 'read-write'],
    ['team/secret', 'read-only'],
    ['team/secret/part', 'read-only'],
    ['team/deep/app', 'admin'],
    ['team/deep/er', 'read-only'],
    // a scope ends at a slash
    ['team/secrets', 'read-write'],
    ['teammate/app', null],
    ['other/team', null],
    ['team', 'read-write'],
  ])('over %s give %s, the narrowest scope first', (repository, level) => {
    expect(accessLevelOver(grants, repository)).toBe(level)
    expect(accessLevelOver(grants.toReversed(), repository)).toBe(level)
  })

  test('a narrower scope wins over a higher level', () => {
    expect(
      accessLevelOver(
        [
          { scope: 'team', accessLevel: 'admin' },
          { scope: 'team/app', accessLevel: 'read-only' },
        ],
        'team/app',
      ),
    ).toBe('read-only')
  })
})
