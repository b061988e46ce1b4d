/**
 * The names and first lines of failures from the JSON reports of vitest and Playwright: so that the
 * last lines of a long run say what is wrong.
 */

interface VitestReport {
  readonly testResults?: readonly {
    readonly name: string
    /** For a file that could not be loaded. */
    readonly message?: string
    readonly status?: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: readonly string[] | null
    }[]
  }[]
}

interface PlaywrightSuite {
  readonly suites?: readonly PlaywrightSuite[]
  readonly specs?: readonly {
    readonly title: string
    readonly file: string
    readonly tests: readonly {
      readonly projectName: string
      readonly status: string
      readonly results: readonly { readonly error?: { readonly message?: string } }[]
    }[]
  }[]
}

interface PlaywrightReport extends PlaywrightSuite {
  /** Failures outside of any test. */
  readonly errors?: readonly { readonly message?: string }[]
}

const linesShown = 12

const described = (title: string, message = ''): string =>
  [title, ...message.trim().split('\n').slice(0, linesShown)].join('\n    ')

/** What failed in a run of vitest: files that could not be loaded, and tests. */
export function failedInVitest({ testResults = [] }: VitestReport): string[] {
  return testResults.flatMap(({ name, message, status, assertionResults }) => {
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ fullName, failureMessages }) =>
        described(`${name} › ${fullName}`, failureMessages?.join('\n')),
      )
    return failed.length === 0 && status === 'failed' ? [described(name, message)] : failed
  })
}

/** What failed in a run of Playwright, or passed only at a second try. */
export function failedInPlaywright(report: PlaywrightReport): string[] {
  const failedIn = ({ suites = [], specs = [] }: PlaywrightSuite): string[] => [
    ...suites.flatMap(failedIn),
    ...specs.flatMap(({ title, file, tests }) =>
      tests
        .filter(({ status }) => status === 'unexpected' || status === 'flaky')
        .map(({ projectName, results }) =>
          described(
            `[${projectName}] ${file} › ${title}`,
            results.find(({ error }) => error !== undefined)?.error?.message,
          ),
        ),
    ),
  ]
  const outside = (report.errors ?? []).map(({ message }) => described('outside of tests', message))
  return [...outside, ...failedIn(report)]
}
