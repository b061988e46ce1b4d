import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { useSession } from '#web/api/session-context.ts'
import { formatDuration } from '#web/components/text/format-time.ts'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { startCollection } from '../run-mutations.ts'
import { Panel } from '../panel.tsx'
import { wordsOfMode } from '../policy/policy-labels.ts'
import { lastSavingsQuery } from '../queries.ts'
import { isOver, jobQuery, policyQuery, runningJobQuery } from '../run-queries.ts'
import { RunEnd } from './run-end.tsx'
import { RunProgress } from './run-progress.tsx'

interface RunPanelProps {
  /** Opens the confirmation that starts a collection. */
  readonly onStart: () => void
}

/** Preview and Run now; the run under way; afterwards its result. */
export function RunPanel({ onStart }: RunPanelProps) {
  const { isAdmin, name } = useSession()
  const { data: running } = useQuery(runningJobQuery)
  const watchedId = useWatchedRun(running && !running.dryRun ? running.id : null)
  // Here and not in the button's component, which unmounts as soon as the preview runs.
  const preview = useMutation(startCollection(useQueryClient()))
  const [, updateUrl] = useUrlState()
  if (running) {
    return (
      <Panel title="Run">
        <RunProgress job={running} isAdmin={isAdmin} viewer={name} />
      </Panel>
    )
  }
  return (
    <Panel title="Run">
      <Stack gap="md">
        {isAdmin ? (
          <StartButtons
            preview={preview}
            onPreview={() =>
              preview.mutate(
                { dryRun: true },
                { onSuccess: (job) => updateUrl({ preview: job.id }) },
              )
            }
            onRun={onStart}
          />
        ) : (
          <Text c="dimmed">Only administrators can start a collection.</Text>
        )}
        {watchedId !== null && <WatchedEnd jobId={watchedId} />}
      </Stack>
    </Panel>
  )
}

/**
 * The last run seen under way from this page: its result stays until the person leaves the page.
 */
function useWatchedRun(runningId: string | null): string | null {
  const [watchedId, setWatchedId] = useState(runningId)
  if (runningId !== null && runningId !== watchedId) setWatchedId(runningId)
  return watchedId
}

function WatchedEnd({ jobId }: { readonly jobId: string }) {
  const { data: job } = useQuery(jobQuery(jobId))
  return job && isOver(job) ? <RunEnd job={job} hasLink /> : <ListSkeleton rows={3} />
}

interface StartButtonsProps {
  readonly preview: { readonly isPending: boolean; readonly error: Error | null }
  readonly onPreview: () => void
  readonly onRun: () => void
}

function StartButtons({ preview, onPreview, onRun }: StartButtonsProps) {
  return (
    <>
      <Text c="dimmed">
        A preview shows exactly what would go, and deletes nothing. <WhileItRuns />
      </Text>
      <Group gap="xs">
        <Button variant="default" loading={preview.isPending} onClick={onPreview}>
          Preview
        </Button>
        <Button onClick={onRun}>Run now</Button>
      </Group>
      {preview.error && (
        <Alert color="red" role="alert" title="No preview">
          {messageOf(preview.error)}
        </Alert>
      )}
    </>
  )
}

/** `While a collection deletes, pushes are rejected; the last one took 41 s.` */
function WhileItRuns() {
  const { data: policy } = useQuery(policyQuery)
  const { data: last } = useQuery(lastSavingsQuery)
  if (!policy) return null
  const lastMs = last ? Date.parse(last.finishedAt) - Date.parse(last.startedAt) : null
  const { verb } = wordsOfMode(policy)
  return (
    <>
      {verb === null
        ? 'While a collection runs, pushes go on'
        : `While a collection deletes, pushes ${verb}`}
      {lastMs !== null && `; the last one took ${formatDuration(lastMs)}`}.
    </>
  )
}
