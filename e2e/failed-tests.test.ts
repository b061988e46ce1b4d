import { expect, test } from 'vitest'
import { failedInPlaywright, failedInVitest } from './failed-tests.ts'

const spec = (title: string, status: string, ...errors: readonly (string | undefined)[]) => ({
  title,
  file: 'trash.e2e.ts',
  tests: [
    {
      projectName: 'mock host',
      status,
      results: errors.map((message) => (message === undefined ? {} : { error: { message } })),
    },
  ],
})

test('of vitest: the tests that failed, and files that could not be loaded', () => {
  const failed = failedInVitest({
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [
          { fullName: 'adds', status: 'passed', failureMessages: [] },
          { fullName: 'takes away', status: 'failed', failureMessages: ['expected 1\nto be 2'] },
        ],
      },
      { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
      { name: 'c.test.ts', status: 'passed', assertionResults: [] },
    ],
  })
  expect(failed).toEqual([
    'a.test.ts › takes away\n    expected 1\n    to be 2',
    'b.test.ts\n    no such module',
  ])
})

test('of Playwright: failed tests, those that passed only at the second try, and errors outside of tests', () => {
  const failed = failedInPlaywright({
    suites: [
      { specs: [spec('opens', 'expected', undefined)] },
      { suites: [{ specs: [spec('shuts', 'unexpected', 'it is open')] }] },
      { specs: [spec('locks', 'flaky', 'no key', undefined)] },
    ],
    errors: [{ message: 'no browser' }],
  })
  expect(failed).toEqual([
    'outside of tests\n    no browser',
    '[mock host] trash.e2e.ts › shuts\n    it is open',
    '[mock host] trash.e2e.ts › locks\n    no key',
  ])
})

test('of a missing report: nothing', () => {
  expect([failedInVitest({}), failedInPlaywright({})]).toEqual([[], []])
})
