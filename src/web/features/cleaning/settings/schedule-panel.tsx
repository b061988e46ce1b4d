import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { FactSentence } from '#web/entities/schedule/fact-sentence.tsx'
import { scheduleQuery, settingsQuery } from '../queries.ts'
import { cleaningSentence } from './cleaning-sentence.ts'

interface SchedulePanelProps {
  readonly isAdmin: boolean
  readonly onEdit: () => void
}

/** When the rules run and what holds a run, as one sentence. */
export function SchedulePanel({ isAdmin, onEdit }: SchedulePanelProps) {
  const schedule = useQuery(scheduleQuery)
  const settings = useQuery({ ...settingsQuery, enabled: isAdmin })
  const failed = [schedule, settings].find((query) => query.isError && !query.data)
  const isLoaded = schedule.data !== undefined && (!isAdmin || settings.data !== undefined)
  return (
    <Panel
      title="Schedule and brakes"
      actions={
        isAdmin && (
          <Button variant="default" onClick={onEdit}>
            Edit settings
          </Button>
        )
      }
    >
      {isLoaded ? (
        <>
          <FactSentence facts={cleaningSentence(schedule.data, settings.data ?? null)} />
          <Text c="dimmed" size="sm" mt={4}>
            What goes is in the trash for at least 24 hours.
            {!isAdmin && ' Only administrators can change this.'}
          </Text>
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
