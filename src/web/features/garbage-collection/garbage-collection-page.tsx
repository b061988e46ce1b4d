import type { WirePlan } from '#contract/jobs/garbage-collection.ts'
import { Alert } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { useSession } from '#web/api/session-context.ts'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { RegistryStorage } from '#web/entities/storage/registry-storage.tsx'
import classes from './garbage-collection-page.module.css'
import { HistoryPanel } from './history/history-panel.tsx'
import { NowCards } from './now/now-cards.tsx'
import { PlanPanel } from './plan/plan-panel.tsx'
import { runningJobQuery } from './run-queries.ts'
import { RunActions } from './run/run-actions.tsx'
import { RunPanel } from './run/run-panel.tsx'
import { usePreview } from './run/use-preview.ts'
import { SavingsPanel } from './savings/savings-panel.tsx'
import { SchedulePanel } from './schedule/schedule-panel.tsx'
import { SettingsDrawer } from './schedule/settings-drawer.tsx'
import { StartDialog } from './run/start-dialog.tsx'
import './styles.ts'
import { VerificationDrawer } from './verification/verification-drawer.tsx'

interface StartQuestion {
  readonly isOpen: boolean
  readonly plan: WirePlan | null
}

/**
 * Settings › Garbage collection: what can be done, what is and was, and how it is set. Administrators
 * can change it; everyone else can read it.
 */
export function GarbageCollectionPage() {
  const { isAdmin } = useSession()
  // The plan stays after the dialog closes: otherwise the dialog's text would change while it
  // fades.
  const [question, setQuestion] = useState<StartQuestion>({ isOpen: false, plan: null })
  const [parameters, updateUrl] = useUrlState()
  const previewId = parameters.get('preview')
  const open = parameters.get('open')
  const { data: running } = useQuery(runningJobQuery)
  const preview = usePreview()
  const ask = (plan: WirePlan | null) => setQuestion({ isOpen: true, plan })
  const close = () => updateUrl({ open: null })
  return (
    <>
      <PageTitle
        title="Garbage collection"
        actions={isAdmin && !running && <RunActions preview={preview} onRun={() => ask(null)} />}
      />
      <div className={classes.parts}>
        {preview.error && (
          <Alert color="red" role="alert" title="No preview">
            {messageOf(preview.error)}
          </Alert>
        )}
        <RunPanel />
        {previewId !== null && isAdmin && !running && (
          <PlanPanel jobId={previewId} onRun={ask} onClose={() => updateUrl({ preview: null })} />
        )}
        <NowCards />
        <div className={classes.strip}>
          <RegistryStorage />
        </div>
        <SchedulePanel isAdmin={isAdmin} onEdit={() => updateUrl({ open: 'settings' })} />
        <SavingsPanel />
        <HistoryPanel />
      </div>
      {isAdmin && (
        <SettingsDrawer isOpen={open === 'settings'} onClose={close} onStart={() => ask(null)} />
      )}
      <VerificationDrawer isOpen={open === 'verification'} onClose={close} />
      <StartDialog
        {...question}
        onClose={() => setQuestion(({ plan }) => ({ isOpen: false, plan }))}
        onStarted={() => updateUrl({ preview: null })}
      />
    </>
  )
}
