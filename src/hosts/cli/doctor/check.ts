import type { Configuration } from '#hosts/server/configuration.ts'

export interface Finding {
  /** `warning`: it works, but something may be lost or surprise. */
  readonly status: 'right' | 'warning' | 'wrong'
  /** One line: what was found. */
  readonly found: string
  /** What to do; null: nothing. */
  readonly advice: string | null
}

/** What is looked at together: one line of `checks`. */
export interface Check {
  /** What the findings are about, as in "storage". */
  readonly about: string
  /** Whether this configuration has it. */
  readonly applies: (configuration: Configuration) => boolean
  /** Changes nothing that stays. What it throws is a finding too. */
  readonly look: (configuration: Configuration) => Promise<readonly Finding[]>
}

export const right = (found: string): Finding => ({ status: 'right', found, advice: null })

export const warning = (found: string, advice: string): Finding => ({
  status: 'warning',
  found,
  advice,
})

export const wrong = (found: string, advice: string): Finding => ({
  status: 'wrong',
  found,
  advice,
})

export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Clocks that differ by more decide wrongly what is old enough to go. */
const maximumDifferenceMs = 60_000

/**
 * @param whose "the database"
 * @param theirMs its clock, at some moment between the two of ours
 */
export function compareClocks(
  whose: string,
  theirMs: number,
  [beforeMs, afterMs]: readonly [number, number],
): Finding {
  const differenceMs = Math.max(0, beforeMs - theirMs, theirMs - afterMs)
  const said = `the clock of ${whose} differs by ${(differenceMs / 1000).toFixed(1)} s from that of this machine`
  return differenceMs > maximumDifferenceMs
    ? wrong(said, 'set both by NTP: retention and schedules follow them')
    : right(said)
}
