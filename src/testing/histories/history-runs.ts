/**
 * How many random histories a test lets happen: all of them where nobody waits for it, a fifth where
 * somebody does, or as many as `PROPERTY_RUNS` says.
 */
export function historyRuns(all: number): number {
  const { PROPERTY_RUNS, CI } = process.env
  return Number(PROPERTY_RUNS ?? (CI === 'true' ? all : Math.ceil(all / 5)))
}
