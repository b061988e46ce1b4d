import type { RetentionJob } from '#contract/rules/retention-runs.ts'
import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { formatCount } from '#web/components/text/count-of.ts'
import { StopError } from '#web/entities/jobs/stop-error.tsx'
import { UnreachableNote } from '#web/entities/jobs/unreachable-note.tsx'
import { stopRun } from '../mutations.ts'
import { runningQuery } from '../queries.ts'
import { scopeName } from '../scope.ts'
import { phaseWords, startedBy } from './run-words.ts'

interface CleaningProgressProps {
  readonly job: RetentionJob
  readonly isAdmin: boolean
  /** The signed-in person's name: their own runs are marked as such. */
  readonly viewer: string
}

/** A run under way: who started it, how far it is, and a button to stop it. */
export function CleaningProgress({ job, isAdmin, viewer }: CleaningProgressProps) {
  const stop = useMutation(stopRun(useQueryClient()))
  const { error } = useQuery(runningQuery)
  const { progress, stopping, request } = job
  const percent =
    progress && progress.total > 0 ? Math.floor((progress.done / progress.total) * 100) : null
  const starter = job.trigger !== 'schedule' && job.actor === viewer ? 'you' : startedBy(job)
  const facts = [
    progress && progress.total > 0
      ? `${formatCount(progress.done)} of ${formatCount(progress.total)}`
      : '',
    progress?.repository ?? '',
  ].filter(Boolean)
  return (
    <Stack gap="sm">
      <Text>
        Cleaning {request ? `of ${scopeName(request.scope)} ` : ''}started by {starter} is{' '}
        {stopping ? 'stopping: it ends after the image in hand.' : 'running.'}
      </Text>
      <Text size="sm" role="status">
        {phaseWords(progress)}
      </Text>
      <div
        role="progressbar"
        aria-label={phaseWords(progress)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent ?? undefined}
      >
        <Progress.Root size="lg" radius="xs" transitionDuration={300}>
          <Progress.Section withAria={false} value={percent ?? 100} animated={percent === null} />
        </Progress.Root>
      </div>
      <Text size="sm" c="dimmed">
        {facts.join(' · ') || '\u00a0'}
      </Text>
      <UnreachableNote error={error} />
      {isAdmin && (
        <Group>
          <Button
            variant="default"
            disabled={stopping}
            loading={stop.isPending}
            onClick={() => stop.mutate(job.id)}
          >
            {stopping ? 'Stopping…' : 'Stop'}
          </Button>
          <Text size="sm" c="dimmed">
            What went is in the trash and can be restored; the next run goes on with the rest.
          </Text>
        </Group>
      )}
      <StopError error={stop.error} />
    </Stack>
  )
}
