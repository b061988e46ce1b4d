import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import {
  officialSuiteNames,
  officialSuites,
  runOfficialSuite,
  type SuiteResult,
} from '../official-suites.ts'
import { needs } from '../needs.ts'

/**
 * The conformance suites of the OCI distribution spec. Their results may improve, not get worse: an
 * improvement goes into the file, as `npm run conformance` prints it.
 */

interface Expected {
  /** By workflow: at least this many. */
  readonly passed: Readonly<Record<string, number>>
  /** Each with its count, and the reason in docs/conformance.md. */
  readonly failures: Readonly<Record<string, number>>
}

test.describe.configure({ timeout: 900_000 })

const fileName = new URL('official-suites.json', import.meta.url)

for (const name of officialSuiteNames) {
  test(`the official suite, ${officialSuites[name].title}: as many pass as before, and only known tests fail`, async () => {
    needs(officialSuites[name].program)
    const all = JSON.parse(await readFile(fileName, 'utf8')) as Record<string, Expected>
    const expected = all[name]
    const { counts, failures }: SuiteResult = await runOfficialSuite(name)
    expect(failures).toEqual(expected?.failures)
    for (const [workflow, least] of Object.entries(expected?.passed ?? {})) {
      expect(counts[workflow]?.passed, workflow).toBeGreaterThanOrEqual(least)
    }
    expect(Object.keys(expected?.passed ?? {})).toEqual(Object.keys(counts))
  })
}
