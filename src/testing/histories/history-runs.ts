/**
 * How many random histories a test runs: all of them in CI, a fifth where a person waits, or as
 * many as `PROPERTY_RUNS` says.
 */
export function historyRuns(all: number): number {
  const { PROPERTY_RUNS, CI } = process.env
  return Number(PROPERTY_RUNS ?? (CI === 'true' ? all : Math.ceil(all / 5)))
}
