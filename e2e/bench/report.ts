import { cpus, totalmem } from 'node:os'
import type { Comparison } from './measure.ts'

/** A figure without a reference. */
export interface Figure {
  readonly work: string
  readonly name: string
  readonly value: number
  readonly unit: string
}

export interface Report {
  readonly machine: string
  readonly takenAt: string
  readonly comparisons: readonly Comparison[]
  readonly figures: readonly Figure[]
}

/** The machine of the figures: without it they say little. */
export function describeMachine(): string {
  const [processor] = cpus()
  const gigabytes = Math.round(totalmem() / 1024 ** 3)
  return `${cpus().length} x ${processor?.model.trim() ?? 'unknown processor'}, ${gigabytes} GiB, Node.js ${process.version}, ${process.platform}`
}

const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`
const megabytes = (value: number | null): string =>
  value === null ? '' : `${Math.round(value / 1e6)} MB`

function lines(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  )
}

/** Tables in Markdown, for direct quoting. */
export function formatReport({ machine, comparisons, figures }: Report): string {
  const text: string[] = [machine, '']
  for (const { work, runs, rows } of comparisons) {
    const table = lines([
      ['', 'median', 'from', 'to', 'processor', 'peak memory', 'times faster'],
      ['-', '-', '-', '-', '-', '-', '-'],
      ...rows.map((row) => [
        row.name,
        seconds(row.seconds.median),
        seconds(row.seconds.from),
        seconds(row.seconds.to),
        row.cpuSeconds === null ? '' : seconds(row.cpuSeconds),
        megabytes(row.peakBytes),
        row.timesFaster.toFixed(2),
      ]),
    ])
    text.push(`${work} (${runs} ${runs === 1 ? 'run' : 'runs'})`, '', ...table, '')
  }
  if (figures.length > 0) {
    const table = lines([
      ['work', 'figure', 'value'],
      ['-', '-', '-'],
      ...figures.map(({ work, name, value, unit }) => [
        work,
        name,
        `${Number(value.toPrecision(3))} ${unit}`,
      ]),
    ])
    text.push(...table, '')
  }
  return text.join('\n')
}
