import type { Job } from '#contract/jobs/collection-jobs.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { plainReason } from '../plain-reason.ts'
import type { RunOutcome } from '#web/entities/jobs/run-status.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { describeCounts, isNothing } from '../plan/amounts.ts'

export function outcomeOf(job: Job): RunOutcome {
  if (job.status === 'running') {
    return job.stopping
      ? { label: 'stopping', tone: 'busy', sentence: 'It stops after the item in hand.' }
      : { label: 'running', tone: 'busy', sentence: 'It is under way.' }
  }
  if (job.status === 'errored') return failed(job)
  return job.result === null ? stoppedBeforeStart : ended(job.result)
}

const stoppedBeforeStart: RunOutcome = {
  label: 'stopped early',
  tone: 'warning',
  mark: 'stopped',
  sentence: 'It was stopped before anything was deleted.',
}

function failed(job: Job): RunOutcome {
  const reason = job.error === null ? 'The server gave no reason.' : plainReason(job.error)
  const freed = freedBeforeFailure(job)
  if (freed !== null) {
    const sentence = `${freed} before it failed. ${reason}`
    return { label: 'failed part way', tone: 'bad', mark: 'failed', sentence }
  }
  const sentence = /nothing was (?:deleted|removed)/i.test(reason)
    ? reason
    : `Nothing was deleted. ${reason}`
  return { label: 'failed, nothing deleted', tone: 'bad', mark: 'failed', sentence }
}

/** Null: it had deleted nothing. A killed run leaves no result, only its last progress. */
function freedBeforeFailure({ progress, result }: Job): string | null {
  if (result !== null) {
    return isNothing(result.removed) ? null : `${formatByteSize(result.removed.bytes)} were freed`
  }
  if (progress?.phase !== 'sweeping' && progress?.phase !== 'verifying') return null
  return `At least ${formatByteSize(progress.bytesFreed)} were freed`
}

function ended(result: NonNullable<Job['result']>): RunOutcome {
  const { removed, left, failures, leftIn = [] } = result
  if (result.dryRun) {
    const amount = `${formatByteSize(result.planned.bytes)} in ${describeCounts(result.planned)}`
    return isNothing(result.planned)
      ? { label: 'preview', tone: 'neutral', sentence: 'A preview. Nothing to collect.' }
      : { label: 'preview', tone: 'neutral', sentence: `A preview: it would free up to ${amount}.` }
  }
  const freed = isNothing(removed)
    ? 'Nothing was deleted.'
    : `Freed ${formatByteSize(removed.bytes)} in ${describeCounts(removed)}.`
  const rest = isNothing(left)
    ? ''
    : ` ${formatByteSize(left.bytes)} in ${describeCounts(left)} were left.`
  if (result.endedBy === 'stopped') {
    return { label: 'stopped early', tone: 'warning', mark: 'stopped', sentence: `${freed}${rest}` }
  }
  if (result.endedBy === 'time limit') {
    return {
      label: 'time limit reached',
      tone: 'warning',
      mark: 'timeLimit',
      sentence: `${freed} Its time was up.${rest}`,
    }
  }
  if (failures.length > 0) {
    const undeleted = countOf(failures.length, 'item')
    return {
      label: 'partly failed',
      tone: 'warning',
      mark: 'partlyFailed',
      sentence: `${freed} ${undeleted} could not be deleted; the next run tries again.`,
    }
  }
  if (leftIn.length > 0) {
    const closed = countOf(leftIn.length, 'repository', 'repositories')
    return {
      label: 'partly left',
      tone: 'warning',
      sentence: `${freed}${rest} ${closed} took no changes; the next run goes on there.`,
    }
  }
  return isNothing(removed)
    ? { label: 'nothing to collect', tone: 'good', sentence: 'There was nothing to collect.' }
    : { label: 'done', tone: 'good', sentence: freed }
}

/** `schedule`, `admin`, `admin, through the API`: who or what started a run. */
export function startedBy({ trigger, actor }: Pick<Job, 'trigger' | 'actor'>): string {
  if (trigger === 'schedule') return 'schedule'
  if (trigger === 'api') return actor === null ? 'API' : `${actor}, through the API`
  return actor ?? 'person'
}
