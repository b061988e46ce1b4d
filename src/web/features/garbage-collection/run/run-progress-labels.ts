import type { WireProgress } from '#contract/jobs/collection-jobs.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { collectionPhases, type CollectionPhase } from '#domain/collection/collection-result.ts'
import { countOf, formatCount } from '#web/components/text/count-of.ts'
import { aboutDuration } from '../plan/amounts.ts'

export const phaseLabels: Record<CollectionPhase, string> = {
  'waiting for pushes': 'Waiting for pushes to finish',
  marking: 'Marking what is in use',
  sweeping: 'Sweeping what is not',
  verifying: 'Verifying every tag',
}

/** What `done` and `total` count in each phase. */
const countedThings: Record<CollectionPhase, string> = {
  'waiting for pushes': 'push',
  marking: 'manifest',
  sweeping: 'item',
  verifying: 'tag',
}

export const phaseNumber = (phase: CollectionPhase): number => collectionPhases.indexOf(phase)

/** 0 to 100 percent of the phase; null while its total is unknown. */
export const percentOf = ({ done, total }: WireProgress): number | null =>
  total === 0 ? null : Math.min(100, Math.floor((done / total) * 100))

/** `135 of 214 items`, `1.16 GB freed`, …: only what is known, in a fixed order. */
export function progressFacts(progress: WireProgress): string[] {
  const { phase, done, total, bytesFreed, bytesPerSecond, repository } = progress
  const thing = countedThings[phase]
  const many = thing === 'push' ? 'pushes' : `${thing}s`
  return [
    total > 0 ? `${formatCount(done)} of ${countOf(total, thing, many)}` : '',
    total === 0 && done > 0 ? countOf(done, thing, many) : '',
    bytesFreed > 0 ? `${formatByteSize(bytesFreed)} freed` : '',
    phase === 'sweeping' && bytesPerSecond > 0 ? `${formatByteSize(bytesPerSecond)}/s` : '',
    remainingWords(progress),
    repository ?? '',
  ].filter(Boolean)
}

/**
 * What a screen reader announces about a run. It changes with each phase and each quarter of one,
 * not with every answer of the server: a live region that speaks every second is unusable.
 */
export function announcement(progress: WireProgress | null, stopping: boolean): string {
  if (stopping) return 'Garbage collection is stopping.'
  if (progress === null) return 'Garbage collection is starting.'
  const percent = percentOf(progress)
  const quarter = percent === null ? 0 : Math.floor(percent / 25) * 25
  const share = quarter === 0 ? '' : `, ${quarter} percent`
  return `Garbage collection: ${phaseLabels[progress.phase].toLowerCase()}${share}.`
}

/** `sweeping, 63 % · 1.16 GB freed · about 15 s left` */
export function bannerFacts(progress: WireProgress | null): string {
  if (progress === null) return 'starting'
  const percent = percentOf(progress)
  return [
    percent === null ? progress.phase : `${progress.phase}, ${percent} %`,
    `${formatByteSize(progress.bytesFreed)} freed`,
    remainingWords(progress),
  ]
    .filter(Boolean)
    .join(' · ')
}

const remainingWords = ({ remainingMs }: WireProgress): string =>
  remainingMs !== null && remainingMs > 0 ? `${aboutDuration(remainingMs)} left` : ''
