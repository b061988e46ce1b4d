import { useQuery } from '@tanstack/react-query'
import { SideDrawer } from '#web/components/layout/side-drawer.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { scheduleQuery, settingsQuery } from '../queries.ts'
import { SettingsForm } from './settings-form.tsx'

interface SettingsDrawerProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** The editor of schedule and brakes. It asks once before it loses what is not saved. */
export function SettingsDrawer({ isOpen, onClose }: SettingsDrawerProps) {
  const { data: schedule } = useQuery(scheduleQuery)
  const { data: settings } = useQuery(settingsQuery)
  return (
    <SideDrawer
      subject={isOpen ? 'settings' : null}
      title={() => 'Schedule and brakes'}
      closeLabel="Close the settings"
      size="40rem"
      onClose={onClose}
    >
      {() =>
        schedule && settings && isOpen ? (
          <SettingsForm schedule={schedule.schedule} settings={settings} onSaved={onClose} />
        ) : (
          <ListSkeleton rows={6} />
        )
      }
    </SideDrawer>
  )
}
