import { expect, it } from 'vitest'
import { noWriteReason } from './access-labels.ts'

it.each([
  ['read-only', 'You can only read team/app. Ask an administrator for write access.'],
  ['read-write', null],
  ['admin', null],
  [undefined, null],
] as const)('gives those with the level %s the reason %s', (level, reason) => {
  expect(noWriteReason('team/app', level)).toBe(reason)
})
