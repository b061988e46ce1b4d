import { expect, test } from 'vitest'
import { maximumGrants, parseGrants } from './grants.ts'

test('grants over namespaces and repositories are accepted unchanged', () => {
  const grants = [
    { scope: 'team', accessLevel: 'read-only' },
    { scope: 'team/app', accessLevel: 'admin' },
  ]
  expect(parseGrants(grants)).toEqual({ ok: true, value: grants })
  expect(parseGrants([])).toEqual({ ok: true, value: [] })
})

test.each([
  ['Team', 'read-only', 'grants.1.scope'],
  ['', 'read-only', 'grants.1.scope'],
  ['team/', 'read-only', 'grants.1.scope'],
  ['../team', 'read-only', 'grants.1.scope'],
  ['a', 'admin', 'grants.1.scope'],
  ['team', 'owner', 'grants.1.accessLevel'],
  ['team', null, 'grants.1.accessLevel'],
])('%j with %j is refused, and the refusal names the field', (scope, accessLevel, field) => {
  const first = { scope: 'a', accessLevel: 'read-only' }
  expect(parseGrants([first, { scope, accessLevel }])).toMatchObject({
    ok: false,
    refusal: { code: 'INVALID_GRANT', field },
  })
})

test('too many grants are refused', () => {
  const many = Array.from({ length: maximumGrants + 1 }, (_, at) => ({
    scope: `team${at}`,
    accessLevel: 'read-only',
  }))
  expect(parseGrants(many.slice(1)).ok).toBe(true)
  expect(parseGrants(many).ok).toBe(false)
})
