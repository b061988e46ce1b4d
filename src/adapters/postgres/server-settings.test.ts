import { expect, test } from 'vitest'
import { unusableBecause, type ServerSettings } from './server-settings.ts'

const usable: ServerSettings = {
  version: 150_018,
  encoding: 'UTF8',
  isolation: 'serializable',
  is_read_only: 'off',
  schema: 'public',
  may_create: true,
  user_name: 'jetsam',
}

test('a server as it should be can hold a state', () => {
  expect(unusableBecause(usable)).toBeNull()
  expect(unusableBecause({ ...usable, version: 140_000 })).toBeNull()
})

const wrong: readonly [Partial<ServerSettings>, string][] = [
  [{ version: 130_022 }, 'runs PostgreSQL 13: it takes 14 or later'],
  [{ version: 90_624 }, 'runs PostgreSQL 9: it takes 14 or later'],
  [{ encoding: 'SQL_ASCII' }, 'create it with the encoding UTF8'],
  [{ isolation: 'read committed' }, 'not to a pooler such as PgBouncer'],
  [{ is_read_only: 'on' }, 'connect to the primary server'],
  [{ schema: null, may_create: null }, 'create the one that the search path names'],
  [{ may_create: false }, 'run grant create on schema public to jetsam'],
]

test.each(wrong)('one with %j cannot, and is told what to do', (settings, advice) => {
  expect(unusableBecause({ ...usable, ...settings })).toContain(advice)
})
