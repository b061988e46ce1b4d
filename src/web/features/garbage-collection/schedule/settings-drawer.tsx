import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { SideDrawer } from '#web/components/layout/side-drawer.tsx'
import { usePreload } from '#web/components/layout/use-preload.ts'
import { useLeaveGuard } from '#web/components/layout/use-leave-guard.ts'
import { ConfirmDialog } from '#web/components/feedback/confirm-dialog.tsx'
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
  const guard = useLeaveGuard()
  usePreload(SettingsForm.load, true)
  const { setEdited } = guard
  useEffect(() => {
    if (!isOpen) setEdited(false)
  }, [isOpen, setEdited])
  const close = () => {
    guard.setEdited(false)
    onClose()
  }
  return (
    <>
      <SideDrawer
        subject={isOpen ? 'settings' : null}
        title={() => 'Schedule and policy'}
        closeLabel="Close the settings"
        size="40rem"
        onClose={() => guard.attempt(onClose)}
      >
        {() =>
          schedule && policy && isOpen ? (
            <SettingsForm
              schedule={schedule.schedule}
              policy={policy}
              isRunning={!!running}
              onEdited={setEdited}
              onSaved={close}
              onStart={onStart}
            />
          ) : (
            <ListSkeleton rows={6} />
          )
        }
      </SideDrawer>
      {guard.isAsking && (
        <ConfirmDialog
          title="Discard your changes?"
          confirmLabel="Discard changes"
          cancelLabel="Keep editing"
          isDangerous
          startsAtCancel
          onConfirm={guard.leave}
          onClose={guard.stay}
        >
          The schedule and policy are not saved.
        </ConfirmDialog>
      )}
    </>
  )
}
