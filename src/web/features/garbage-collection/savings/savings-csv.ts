import type { FailedRun, Saving } from '#contract/jobs/garbage-collection.ts'
import { removalCauses } from '#domain/collection/removal-cause.ts'
import { storedParts } from '#domain/collection/stored-parts.ts'
import type { Split } from './savings-series.ts'
import { isSaving, type SavingsData } from './savings-bars.ts'
import type { SavingsView } from './savings-view.ts'

type Field = string | number | null

/** A field of RFC 4180: quoted if it holds a comma, a quote or a line break. */
const field = (value: Field): string => {
  const text = value === null ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const csvOf = (lines: readonly (readonly Field[])[]): string =>
  lines.map((line) => `${line.map(field).join(',')}\r\n`).join('')

const runHeading = ['job', 'started_at', 'finished_at', 'trigger', 'status']

const runFields = (run: Saving | FailedRun): Field[] => [
  run.jobID,
  run.startedAt,
  run.finishedAt,
  run.trigger,
  isSaving(run) ? run.status : 'errored',
]

/** The columns of a view, and their figures of one run; null: not known. */
interface Columns {
  readonly heading: readonly string[]
  readonly of: (saving: Saving) => readonly Field[]
}

const amounts: Columns = {
  heading: ['freed_bytes', 'layers_removed', 'manifests_removed'],
  of: ({ bytesFreed, layersRemoved, manifestsRemoved }) => [
    bytesFreed,
    layersRemoved,
    manifestsRemoved,
  ],
}

const before: Columns = {
  heading: ['stored_before_bytes', 'reclaimable_before_bytes'],
  of: ({ storedBytes, reclaimableBytes }) => [storedBytes, reclaimableBytes],
}

const parts: Columns = {
  heading: [...storedParts.map((part) => `${part}_bytes`), 'free_bytes'],
  of: ({ stored }) => [
    ...storedParts.map((part) => stored?.parts[part] ?? null),
    stored?.free ?? null,
  ],
}

function byCause(savings: readonly Saving[]): Columns {
  const seen = savings.flatMap((saving) => Object.keys(saving.byCause))
  const causes = [...new Set<string>([...removalCauses, ...seen])]
  return {
    heading: causes.map((cause) => `freed_${cause.replaceAll(' ', '_')}_bytes`),
    of: (saving) => causes.map((cause) => saving.byCause[cause]?.bytes ?? 0),
  }
}

const bySeries = ({ series, bytesOf }: Split): Columns => ({
  heading: series.map(({ label }) => `freed_${label}_bytes`),
  of: (saving) => {
    const bytes = bytesOf(saving)
    return series.map(({ key }) => bytes[key] ?? 0)
  },
})

function running(): Columns {
  let total = 0
  return { heading: ['freed_so_far_bytes'], of: ({ bytesFreed }) => [(total += bytesFreed)] }
}

function columnsOf(view: SavingsView, savings: readonly Saving[], split: Split | null): Columns[] {
  if (view === 'stored') return [before, parts]
  if (view === 'cumulative') return [amounts, running()]
  return [amounts, split === null ? byCause(savings) : bySeries(split), before]
}

/**
 * One line per run, oldest first, with exact bytes and times in UTC: the figures of the view. A run
 * that failed before it had a plan has none.
 *
 * @param split by repository; null: by cause, all of them
 */
export function savingsCsv(
  view: SavingsView,
  { savings, failedRuns }: SavingsData,
  split: Split | null,
): string {
  const columns = columnsOf(view, savings, split)
  const heading = columns.flatMap((each) => each.heading)
  const runs = [...savings, ...failedRuns].toSorted((one, other) =>
    one.startedAt.localeCompare(other.startedAt),
  )
  return csvOf([
    [...runHeading, ...heading],
    ...runs.map((run) => [
      ...runFields(run),
      ...(isSaving(run) ? columns.flatMap((each) => each.of(run)) : heading.map(() => null)),
    ]),
  ])
}
