import { expect, test } from 'vitest'
import { AgreementError } from '#coordination/agreement-error.ts'
import { StateError } from '#state/state-error.ts'
import { StoreError } from '#storage/errors.ts'
import { describeFailure } from './describe-failure.ts'

test.each([
  new StateError('UNAVAILABLE', 'the database does not answer'),
  new AgreementError('LOCKED', 'another server does it'),
  new StoreError('NOT_HELD', 'jetsam/v1/lock'),
])('what every request under way meets takes one line: %s', (error) => {
  expect(describeFailure(error)).toBe(error.message)
})

test('anything else says where it came from, and why it came about', () => {
  const cause = new Error('EIO: i/o error')
  const lines = describeFailure(new StoreError('FAILED', 'a/link', { cause })).split('\n')
  expect(lines[0]).toBe('StoreError: storage: failed: a/link')
  expect(lines[1]).toMatch(/^ {4}at /)
  expect(lines.at(-1)).toBe('    because EIO: i/o error')
})
