import type { Saving } from '#contract/garbage-collection.ts'
import { removalCauses } from '#domain/collection/removal-cause.ts'

/** A field of RFC 4180: quoted if it holds a comma, a quote or a line break. */
const field = (value: string | number): string => {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const freedHeading = (cause: string): string => `freed_${cause.replaceAll(' ', '_')}_bytes`

/** One line per run, oldest first, with exact bytes and times in UTC: the figures of the chart. */
export function savingsCsv(savings: readonly Saving[]): string {
  const seen = savings.flatMap(({ byCause }) => Object.keys(byCause))
  const causes = [...new Set<string>([...removalCauses, ...seen])]
  const heading = [
    'job',
    'started_at',
    'finished_at',
    'trigger',
    'status',
    'freed_bytes',
    'layers_removed',
    'manifests_removed',
    ...causes.map(freedHeading),
    'stored_before_bytes',
    'reclaimable_before_bytes',
  ]
  const lines = savings.map((saving) => [
    saving.jobID,
    saving.startedAt,
    saving.finishedAt,
    saving.trigger,
    saving.status,
    saving.bytesFreed,
    saving.layersRemoved,
    saving.manifestsRemoved,
    ...causes.map((cause) => saving.byCause[cause]?.bytes ?? 0),
    saving.storedBytes,
    saving.reclaimableBytes,
  ])
  return [heading, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('')
}
