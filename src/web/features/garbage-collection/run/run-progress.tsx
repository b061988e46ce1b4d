import type { Job } from '#contract/jobs/collection-jobs.ts'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { stopCollection } from '../run-mutations.ts'
import { PhaseBar } from './phase-bar.tsx'
import { PhaseSteps } from './phase-steps.tsx'
import { runningJobQuery } from '../run-queries.ts'
import { startedBy } from './run-outcome.ts'
import { progressFacts } from './run-progress-labels.ts'
import { StopError } from '#web/entities/jobs/stop-error.tsx'
import { UnreachableNote } from '#web/entities/jobs/unreachable-note.tsx'

interface RunProgressProps {
  readonly job: Job
  readonly isAdmin: boolean
  /** The signed-in person's name: their own runs are marked as such. */
  readonly viewer: string
}

/** A run under way: who started it, its phase, what it has freed, and a button to stop it. */
export function RunProgress({ job, isAdmin, viewer }: RunProgressProps) {
  const stop = useMutation(stopCollection(useQueryClient()))
  const { error } = useQuery(runningJobQuery)
  const { progress } = job
  return (
    <Stack gap="sm">
      <Text>
        {job.dryRun ? 'A preview' : 'A collection'} started by {starter(job, viewer)} is{' '}
        {job.stopping ? 'stopping: it ends after the item in hand.' : 'running.'}
      </Text>
      <PhaseSteps progress={progress} isDryRun={job.dryRun} />
      <PhaseBar progress={progress} />
      <Text size="sm" c="dimmed">
        {progress === null ? 'Starting…' : progressFacts(progress).join(' · ') || '\u00a0'}
      </Text>
      <UnreachableNote error={error} />
      {isAdmin && (
        <Group>
          <Button
            variant="default"
            disabled={job.stopping}
            loading={stop.isPending}
            onClick={() => stop.mutate(job.id)}
          >
            {job.stopping ? 'Stopping…' : 'Stop'}
          </Button>
          {!job.dryRun && (
            <Text size="sm" c="dimmed">
              What is deleted stays deleted; the next run goes on with the rest.
            </Text>
          )}
        </Group>
      )}
      <StopError error={stop.error} />
    </Stack>
  )
}

function starter(job: Job, viewer: string): string {
  if (job.trigger === 'schedule') return 'the schedule'
  return job.trigger === 'person' && job.actor === viewer ? 'you' : startedBy(job)
}
