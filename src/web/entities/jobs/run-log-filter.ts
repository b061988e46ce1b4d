import { logLevels, type LogLine } from '#contract/jobs/collection-jobs.ts'

type LogLevel = LogLine['level']

/** The lowest level to show; the values stand in the URL as `?level=warn`. */
export const levelChoices: readonly { readonly value: LogLevel; readonly label: string }[] = [
  { value: 'debug', label: 'Everything' },
  { value: 'info', label: 'Information and worse' },
  { value: 'warn', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
]

export const parseLevel = (value: string | null): LogLevel =>
  logLevels.find((level) => level === value) ?? 'debug'

/** The lines of at least this level that contain the text, without regard to case. */
export function filterLog(
  lines: readonly LogLine[],
  leastLevel: LogLevel,
  text: string,
): readonly LogLine[] {
  const wanted = text.trim().toLowerCase()
  const least = logLevels.indexOf(leastLevel)
  if (least === 0 && wanted === '') return lines
  return lines.filter(
    ({ level, data }) => logLevels.indexOf(level) >= least && data.toLowerCase().includes(wanted),
  )
}

/** The log as a file: `2026-11-24T00:00:00.000Z info text`, one line each. */
export const logText = (lines: readonly LogLine[]): string =>
  lines.map(({ time, level, data }) => `${time} ${level} ${data}\n`).join('')
