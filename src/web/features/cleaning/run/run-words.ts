import type { RetentionJob } from '#contract/rules/retention-runs.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { asSentence } from '#web/api/api-error.ts'
import { countOf, formatCount } from '#web/components/text/count-of.ts'
import type { RunOutcome } from '#web/entities/jobs/run-status.tsx'

export const startedBy = ({ trigger, actor }: Pick<RetentionJob, 'trigger' | 'actor'>): string =>
  trigger === 'schedule' ? 'the schedule' : (actor ?? 'the server')

const things = (count: number): string => countOf(count, 'tag', 'tags')

/** How a run stands or ended, in words. */
export function outcomeOf(job: RetentionJob): RunOutcome {
  const { status, stopping, result, error } = job
  if (status === 'running') {
    return stopping
      ? { label: 'stopping', tone: 'busy', sentence: 'It stops after the image in hand.' }
      : { label: 'running', tone: 'busy', sentence: 'It is under way.' }
  }
  if (status === 'errored') {
    const reason = asSentence(error ?? 'the server gave no reason')
    return result !== null && result.removed > 0
      ? { label: 'failed part way', tone: 'bad', sentence: `${goneWords(result)} ${reason}` }
      : { label: 'failed', tone: 'bad', sentence: `Nothing was removed. ${reason}` }
  }
  if (status === 'canceled') {
    const sentence = result === null ? 'It was stopped before anything was removed.' : ended(result)
    return { label: 'stopped early', tone: 'warning', sentence }
  }
  if (result === null) {
    return { label: 'done', tone: 'neutral', sentence: 'Only administrators are told the result.' }
  }
  const sentence = ended(result)
  if (result.failed > 0) return { label: 'partly failed', tone: 'bad', sentence }
  if (result.waiting > 0) {
    const label = result.removed > 0 ? 'done, some wait' : 'waits for approval'
    return { label, tone: 'warning', sentence }
  }
  return result.removed === 0
    ? { label: 'nothing to remove', tone: 'neutral', sentence }
    : { label: 'done', tone: 'good', sentence }
}

type Result = NonNullable<RetentionJob['result']>

const goneWords = ({ removed, bytes }: Result): string =>
  removed === 0
    ? 'Nothing was removed.'
    : `${things(removed)} went to the trash; a collection can free ${formatByteSize(bytes)} then.`

/** Sums that add up to what was planned. */
function ended(result: Result): string {
  const { skipped, failed, waiting, left } = result
  const rest = [
    skipped > 0 ? `${formatCount(skipped)} skipped, because something had changed` : '',
    failed > 0 ? `${formatCount(failed)} failed` : '',
    waiting > 0 ? `${formatCount(waiting)} ${waiting === 1 ? 'waits' : 'wait'} for approval` : '',
    left > 0 ? `${formatCount(left)} left for the next run` : '',
  ].filter(Boolean)
  return rest.length === 0
    ? goneWords(result)
    : `${goneWords(result)} ${asSentence(rest.join(', '))}`
}

const phases: Readonly<Record<string, string>> = {
  judging: 'Judging every tag by the rules',
  removing: 'Moving to the trash what the rules remove',
}

export const phaseWords = (progress: RetentionJob['progress']): string =>
  progress === null ? 'Starting' : (phases[progress.phase] ?? progress.phase)
