import { expect, test } from 'vitest'
import { parseTagName } from './tag-name.ts'

test.each(['latest', '1.2', '_hidden', 'v1.0-rc_1', 'A', '0', 'a'.repeat(128), 'sha256-ab.sig'])(
  '%s is a tag',
  (name) => {
    expect(parseTagName(name)).toEqual({ ok: true, value: name })
  },
)

test.each([
  '',
  '.',
  '..',
  '.hidden',
  '-x',
  'a b',
  'a/b',
  'a:b',
  'a\n',
  'é',
  'a'.repeat(129),
  null,
  undefined,
  1,
  ['latest'],
])('%j is no tag', (input) => {
  expect(parseTagName(input)).toMatchObject({ ok: false, refusal: { code: 'INVALID_TAG_NAME' } })
})
