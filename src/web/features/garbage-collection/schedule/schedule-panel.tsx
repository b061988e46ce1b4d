import type { WireSchedule } from '#contract/garbage-collection.ts'
import type { WirePolicy } from '#contract/policy.ts'
import { parseSchedule } from '#domain/schedule/cron-expression.ts'
import { List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { Panel } from '../panel.tsx'
import { describePolicy } from '../policy/policy-labels.ts'
import { scheduleQuery } from '../queries.ts'
import { policyQuery, runningJobQuery } from '../run-queries.ts'
import { SchedulePreview } from './schedule-preview.tsx'

// Only administrators see it, and its library is a large part of the page.
const SettingsForm = lazyComponent(
  async () => (await import('../policy/settings-form.tsx')).SettingsForm,
  () => <ListSkeleton rows={6} />,
)

interface SchedulePanelProps {
  readonly isAdmin: boolean
  readonly onStart: () => void
}

/** When collections start and how they run: a form for administrators, sentences for the others. */
export function SchedulePanel({ isAdmin, onStart }: SchedulePanelProps) {
  const schedule = useQuery(scheduleQuery)
  const policy = useQuery(policyQuery)
  const { data: running } = useQuery(runningJobQuery)
  // While the settings are fetched, not after.
  useEffect(() => {
    if (isAdmin) SettingsForm.load().catch(() => {})
  }, [isAdmin])
  const failed = [schedule, policy].find((query) => query.isError && !query.data)
  return (
    <Panel title="Schedule">
      {schedule.data && policy.data ? (
        isAdmin ? (
          <SettingsForm
            schedule={schedule.data.schedule}
            policy={policy.data}
            isRunning={!!running}
            onStart={onStart}
          />
        ) : (
          <ReadOnlySettings schedule={schedule.data} policy={policy.data} />
        )
      ) : failed ? (
        <ErrorState
          title="The schedule could not be loaded"
          error={failed.error}
          isRetrying={failed.isFetching}
          onRetry={() => void failed.refetch()}
        />
      ) : (
        <ListSkeleton rows={6} />
      )}
    </Panel>
  )
}

interface ReadOnlySettingsProps {
  readonly schedule: WireSchedule
  readonly policy: WirePolicy
}

function ReadOnlySettings({ schedule, policy }: ReadOnlySettingsProps) {
  const parsed = schedule.schedule === null ? null : parseSchedule(schedule.schedule)
  return (
    <Stack gap="sm">
      {parsed?.ok ? (
        <div>
          <SchedulePreview schedule={parsed.value} />
        </div>
      ) : (
        <Text>No schedule: collections start only when an administrator starts one.</Text>
      )}
      <List size="sm" spacing={4}>
        {describePolicy(policy).map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
      <Text c="dimmed" size="sm">
        Only administrators can change this.
      </Text>
    </Stack>
  )
}
