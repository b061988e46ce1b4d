import type { Job } from '#contract/jobs.ts'
import { formatByteSize } from '#domain/byte-size.ts'
import { asSentence } from '../../http/api-error.ts'
import { counted, describeCounts, isNothing } from './amounts.ts'

/** How a run stands, or ended, as people see it. */
export interface RunOutcome {
  /** Short, for a table: `done`, `stopped early`, `failed, nothing deleted`. */
  readonly label: string
  readonly tone: 'good' | 'busy' | 'warning' | 'bad' | 'neutral'
  /** One or two sentences that say what came of it, and what happens next. */
  readonly sentence: string
}

export function outcomeOf(job: Job): RunOutcome {
  if (job.status === 'waiting') {
    return { label: 'waiting', tone: 'busy', sentence: 'It starts in a moment.' }
  }
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
  sentence: 'It was stopped before anything was deleted.',
}

function failed({ error, result }: Job): RunOutcome {
  const reason = error === null ? 'The server gave no reason.' : asSentence(error)
  if (result !== null && !isNothing(result.removed)) {
    const freed = formatByteSize(result.removed.bytes)
    return {
      label: 'failed part way',
      tone: 'bad',
      sentence: `${freed} were freed before it failed. ${reason}`,
    }
  }
  return { label: 'failed, nothing deleted', tone: 'bad', sentence: reason }
}

function ended(result: NonNullable<Job['result']>): RunOutcome {
  const { removed, left, failures } = result
  if (result.dryRun) {
    const amount = `${formatByteSize(result.planned.bytes)} in ${describeCounts(result.planned)}`
    return isNothing(result.planned)
      ? { label: 'preview', tone: 'neutral', sentence: 'A preview. Nothing to collect.' }
      : { label: 'preview', tone: 'neutral', sentence: `A preview: it would free ${amount}.` }
  }
  const freed = isNothing(removed)
    ? 'Nothing was deleted.'
    : `Freed ${formatByteSize(removed.bytes)} in ${describeCounts(removed)}.`
  const rest = `${formatByteSize(left.bytes)} in ${describeCounts(left)} are left; the next run goes on with them.`
  if (result.endedBy === 'stopped') {
    return { label: 'stopped early', tone: 'warning', sentence: `${freed} ${rest}` }
  }
  if (result.endedBy === 'time limit') {
    return {
      label: 'time limit reached',
      tone: 'warning',
      sentence: `${freed} Its time was up. ${rest}`,
    }
  }
  if (failures.length > 0) {
    const undeleted = counted(failures.length, 'item')
    return {
      label: 'partly failed',
      tone: 'warning',
      sentence: `${freed} ${undeleted} could not be deleted; the next run tries again.`,
    }
  }
  return isNothing(removed)
    ? { label: 'nothing to collect', tone: 'good', sentence: 'There was nothing to collect.' }
    : { label: 'done', tone: 'good', sentence: freed }
}

/** `schedule`, `admin`, `admin, through the API`: who or what started a run. */
export function startedBy({ trigger, actor }: Job): string {
  if (trigger === 'schedule') return 'schedule'
  if (trigger === 'api') return actor === null ? 'API' : `${actor}, through the API`
  if (trigger === 'command line') return 'command line'
  return actor ?? 'person'
}
