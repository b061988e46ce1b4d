import type { RetentionScope } from '#domain/retention/scope.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { RegistryChange } from '#registry/registry-change.ts'
import type { RepositoryQueries } from '#registry/queries/repository-queries.ts'
import type { JobTask } from '../../jobs/job-kind.ts'
import type { KeptPreviews } from '../kept-previews.ts'
import { previewRetention, type ShownPreview } from '../preview.ts'
import { rowKey, type PreviewRow } from '../preview-summary.ts'
import { getRetentionSettings, type RetentionSettingsDeps } from '../settings.ts'
import { brakesOn, type Brake } from './brakes.ts'
import { watchOthers, type ChangesOfOthers } from './changes-of-others.ts'
import { cleanRepository, type CleaningDeps } from './clean-repository.ts'
import type { RetentionResult } from './retention-result.ts'
import { createRunTally, type RunTally } from './run-tally.ts'

export type RunDeps = CleaningDeps &
  RetentionSettingsDeps & {
    readonly queries: Pick<RepositoryQueries, 'bytesOfAll'>
    readonly previews: KeptPreviews
    readonly onChange: (listener: (change: RegistryChange) => void) => () => void
    /** Rejects if it is not known what other servers changed before. */
    readonly hearOthers: () => Promise<void>
  }

export interface RunRequest {
  readonly scope: RetentionScope
  /** Exactly this is taken, as far as the rules still say so; null: what the rules say now. */
  readonly reviewed: { readonly id: string; readonly preview: ShownPreview } | null
}

export interface RunOutcome {
  readonly result: RetentionResult
  /** What ended it early; null: nothing. */
  readonly failure: string | null
}

const all = (): boolean => true

const keyOf = (row: PreviewRow): string => `${row.repository} ${rowKey(row)} ${row.digest}`

const removedIn = ({ rows }: ShownPreview): readonly PreviewRow[] =>
  rows.filter(({ verdict }) => verdict === 'removed')

/** What brakes hold of a preview made now. A reviewed one was approved as a whole. */
export async function brakesOnPreview(
  deps: RetentionSettingsDeps & { readonly queries: Pick<RepositoryQueries, 'bytesOfAll'> },
  preview: ShownPreview,
): Promise<readonly Brake[]> {
  const settings = await getRetentionSettings(deps)
  return brakesOn(preview, settings, await deps.queries.bytesOfAll())
}

/** Only what waits, to be looked at and approved. */
function partOf(
  preview: ShownPreview,
  isIn: (repository: RepositoryName) => boolean,
): ShownPreview {
  const byRepository = preview.byRepository.filter(({ repository }) => isIn(repository))
  const rows = preview.rows.filter(({ repository }) => isIn(repository))
  const verdicts = { protected: 0, kept: 0, removed: 0, unmatched: 0 }
  for (const { verdict } of rows) verdicts[verdict] += 1
  const sum = (field: 'images' | 'freedBytes') =>
    byRepository.reduce((total, one) => total + one[field], 0)
  return {
    ...preview,
    rows,
    byRepository,
    policies: new Map([...preview.policies].filter(([repository]) => isIn(repository))),
    totals: { verdicts, images: sum('images'), freedBytes: sum('freedBytes') },
  }
}

/** Applies the rules. Everything that goes, goes to the trash. */
export async function runRetention(
  deps: RunDeps,
  request: RunRequest,
  task: JobTask,
): Promise<RunOutcome> {
  // Before anything is read, so that no change is missed.
  const others = watchOthers(deps.onChange, deps.hearOthers)
  try {
    return await runWatched(deps, request, task, others)
  } finally {
    others.stop()
  }
}

async function runWatched(
  deps: RunDeps,
  { scope, reviewed }: RunRequest,
  task: JobTask,
  others: ChangesOfOthers,
): Promise<RunOutcome> {
  const { log, signal } = task
  const tally = createRunTally()
  tellProgress(task, 'judging', 0, 0, null)
  const fresh = await previewRetention(deps, { scope, draft: null, atMs: null, isVisible: all })
  for (const { repository, reason } of fresh.leftOut) {
    log('warn', `${repository} is left out, and keeps everything: ${reason}`)
  }
  const brakes = reviewed === null ? await brakesOnPreview(deps, fresh) : []
  const held = new Set(brakes.map(({ repository }) => repository))
  const isHeld = (repository: RepositoryName) => held.has(repository) || held.has(null)
  const going = byRepositoryOf(
    reviewed === null ? removedIn(fresh) : stillGoing(fresh, reviewed.preview, tally),
  )
  for (const { message } of brakes) log('warn', `waits for approval: ${message}`)
  const total = [...going.values()].reduce((sum, rows) => sum + rows.length, 0)
  log('info', `${total} tags and untagged images of ${going.size} repositories are to go`)
  let done = 0
  let failure: string | null = null
  for (const [repository, rows] of going) {
    const policy = fresh.policies.get(repository)
    if (policy === undefined || isHeld(repository)) {
      tally.waiting(rows.length)
      continue
    }
    if (failure !== null) {
      tally.left(rows.length)
      continue
    }
    tellProgress(task, 'removing', done, total, repository)
    try {
      await cleanRepository(deps, {
        repository,
        rows,
        policy,
        others,
        tally,
        run: task,
        isStopped: () => signal.aborted,
        onItem() {
          done += 1
          tellProgress(task, 'removing', done, total, repository)
        },
      })
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
      log('error', `${repository}: ${failure}`)
    }
  }
  const waits = brakes.length === 0 ? null : await deps.previews.keep(partOf(fresh, isHeld), null)
  const result = tally.result({
    previewID: reviewed?.id ?? waits,
    planned: total,
    brakes,
    leftOut: fresh.leftOut,
    endedBy: signal.aborted ? 'stopped' : 'done',
  })
  logResult(result, log)
  return { result, failure }
}

/** What was shown and still is to go; the rest is skipped, with what has changed. */
function stillGoing(
  fresh: ShownPreview,
  shown: ShownPreview,
  tally: RunTally,
): readonly PreviewRow[] {
  const now = new Map(fresh.rows.map((row) => [keyOf(row), row]))
  return removedIn(shown).flatMap((row) => {
    const present = now.get(keyOf(row))
    const [before, after] = [shown.policies.get(row.repository), fresh.policies.get(row.repository)]
    const isSamePolicy = before?.scope === after?.scope && before?.version === after?.version
    if (present?.verdict === 'removed' && isSamePolicy) return [present]
    const reason = !isSamePolicy
      ? 'the policy has been changed since the preview'
      : present === undefined
        ? 'it is gone, or shows another image than in the preview'
        : 'the rules keep it now'
    tally.skipped(row, reason)
    return []
  })
}

function byRepositoryOf(
  rows: readonly PreviewRow[],
): ReadonlyMap<RepositoryName, readonly PreviewRow[]> {
  const grouped = new Map<RepositoryName, PreviewRow[]>()
  for (const row of rows) {
    const present = grouped.get(row.repository)
    if (present === undefined) grouped.set(row.repository, [row])
    else present.push(row)
  }
  return grouped
}

export const retentionPhases = ['judging', 'removing'] as const

function tellProgress(
  { progress }: JobTask,
  phase: (typeof retentionPhases)[number],
  done: number,
  total: number,
  repository: string | null,
): void {
  const amounts = { bytesFreed: 0, bytesPerSecond: 0, remainingMs: null }
  progress({ ...amounts, phase, done, total, repository })
}

function logResult(result: RetentionResult, log: JobTask['log']): void {
  for (const { repository, tag, reason } of result.notes) {
    log('warn', `${repository}:${tag ?? ''} stays: ${reason}`)
  }
  for (const { scope, rule, line, removed } of result.byRule) {
    log('info', `${rule} (${scope}, line ${line}): ${removed}`)
  }
  const { removed, skipped, failed, waiting, left } = result
  log(
    'info',
    `${removed} went to the trash, ${skipped} skipped, ${failed} failed, ${waiting} wait for approval, ${left} left`,
  )
}
