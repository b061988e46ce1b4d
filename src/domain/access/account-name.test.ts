import { expect, test } from 'vitest'
import { parseAccountName } from './account-name.ts'
import { parsePassword } from './password.ts'

test.each(['a', 'dana', 'ci.deploy', 'ana+x@example.com', '7', 'a'.repeat(64)])(
  '%s is a name',
  (name) => {
    expect(parseAccountName(name)).toEqual({ ok: true, value: name })
  },
)

test.each(['', 'Dana', 'a:b', 'a b', '@server', '.a', 'a-', 'ä', 'a\n', 'a'.repeat(65), 5, null])(
  '%j is no name',
  (name) => {
    expect(parseAccountName(name)).toMatchObject({ ok: false, refusal: { field: 'name' } })
  },
)

test.each([
  ['1234567', false],
  ['12345678', true],
  ['pass phrase ünd', true],
  ['🔑🔑🔑🔑', false],
  ['x'.repeat(256), true],
  ['x'.repeat(257), false],
  [12345678, false],
])('%j as a password: %s', (password, isGood) => {
  const parsed = parsePassword(password)
  expect(parsed.ok).toBe(isGood)
  // A refusal must not repeat what was typed.
  expect(JSON.stringify(parsed.ok ? {} : parsed)).not.toContain(String(password))
})
