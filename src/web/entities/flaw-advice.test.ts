import { expect, test } from 'vitest'
import { flawAdvice } from './flaw-advice.ts'

test('advises to push again, unless the manifest itself is wrong', () => {
  expect(flawAdvice('this image', ['sha256:aa is missing'])).toBe(
    'Push this image again, or restore what is missing from a backup.',
  )
  expect(flawAdvice('these images', ['x is missing', 'y has 12 bytes instead of 9'])).toMatch(
    /^Push these images again, or .* build that image again, or delete its tag\.$/,
  )
})
