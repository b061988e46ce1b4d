import { useQuery } from '@tanstack/react-query'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { SideDrawer } from '#web/components/layout/side-drawer.tsx'
import { usePreload } from '#web/components/layout/use-preload.ts'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { scheduleQuery } from '../queries.ts'
import { policyQuery, runningJobQuery } from '../run-queries.ts'

// Its library is a large part of the page.
const SettingsForm = lazyComponent(
  async () => (await import('../policy/settings-form.tsx')).SettingsForm,
  () => <ListSkeleton rows={6} />,
)

interface SettingsDrawerProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  /** After `Save and start` has saved. */
  readonly onStart: () => void
}

/** The editor of schedule and policy. It asks once before it loses what is not saved. */
export function SettingsDrawer({ isOpen, onClose, onStart }: SettingsDrawerProps) {
  const { data: schedule } = useQuery(scheduleQuery)
  const { data: policy } = useQuery(policyQuery)
  const { data: running } = useQuery(runningJobQuery)
  usePreload(SettingsForm.load, true)
  return (
    <SideDrawer
      subject={isOpen ? 'settings' : null}
      title={() => 'Schedule and policy'}
      closeLabel="Close the settings"
      size="40rem"
      onClose={onClose}
    >
      {() =>
        schedule && policy && isOpen ? (
          <SettingsForm
            schedule={schedule.schedule}
            policy={policy}
            isRunning={!!running}
            onSaved={onClose}
            onStart={onStart}
          />
        ) : (
          <ListSkeleton rows={6} />
        )
      }
    </SideDrawer>
  )
}
