import type { WirePolicy } from '#contract/jobs/policy.ts'
import { Button, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { messageOf } from '#web/api/api-error.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { showErrorToast, showToast } from '#web/components/feedback/toast.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { FactSentence } from '#web/entities/schedule/fact-sentence.tsx'
import { saveSettings } from '../mutations.ts'
import { Panel } from '#web/components/layout/panel.tsx'
import { scheduleQuery } from '../queries.ts'
import { policyQuery } from '../run-queries.ts'
import { sentenceOf } from './sentence.ts'

interface SchedulePanelProps {
  readonly isAdmin: boolean
  readonly onEdit: () => void
}

/** When collections start and how they run, as one sentence. */
export function SchedulePanel({ isAdmin, onEdit }: SchedulePanelProps) {
  const schedule = useQuery(scheduleQuery)
  const policy = useQuery(policyQuery)
  const failed = [schedule, policy].find((query) => query.isError && !query.data)
  return (
    <Panel
      title="Schedule"
      actions={
        isAdmin && (
          <Button variant="default" onClick={onEdit}>
            Edit
          </Button>
        )
      }
    >
      {schedule.data && policy.data ? (
        <>
          <FactSentence facts={sentenceOf(schedule.data, policy.data)} />
          {isAdmin ? (
            policy.data.trashRetentionHours === 0 && <KeepLonger policy={policy.data} />
          ) : (
            <Text c="dimmed" size="sm" mt={4}>
              Only administrators can change this.
            </Text>
          )}
        </>
      ) : failed ? (
        <ErrorState
          title="Couldn’t load the schedule"
          error={failed.error}
          isRetrying={failed.isFetching}
          onRetry={() => void failed.refetch()}
        />
      ) : (
        <ListSkeleton rows={1} />
      )}
    </Panel>
  )
}

const suggestedHours = 7 * 24

/** Without retention, a run may take an image minutes after its deletion. */
function KeepLonger({ policy }: { readonly policy: WirePolicy }) {
  const save = useMutation(saveSettings(useQueryClient()))
  return (
    <Text c="dimmed" size="sm" mt={6}>
      A run may take an image right after its deletion, and Undo with it.{' '}
      <Button
        size="compact-xs"
        variant="light"
        loading={save.isPending}
        onClick={() =>
          save.mutate(
            { policy: { ...policy, trashRetentionHours: suggestedHours } },
            {
              onSuccess: () => showToast('Deleted images are kept for 7 days'),
              onError: (error) => showErrorToast(`Not saved: ${messageOf(error)}`),
            },
          )
        }
      >
        Keep them 7 days
      </Button>
    </Text>
  )
}
