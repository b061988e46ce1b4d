import type { WirePlan } from '#contract/garbage-collection.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSession } from '#web/api/session-context.ts'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import classes from './garbage-collection-page.module.css'
import { HistoryPanel } from './history/history-panel.tsx'
import { NowCards } from './now/now-cards.tsx'
import { PlanPanel } from './plan/plan-panel.tsx'
import { runningJobQuery } from './run-queries.ts'
import { RunPanel } from './run/run-panel.tsx'
import { SavingsPanel } from './savings/savings-panel.tsx'
import { SchedulePanel } from './schedule/schedule-panel.tsx'
import { StartDialog } from './run/start-dialog.tsx'
import './styles.ts'
import { VerificationPanel } from './verification/verification-panel.tsx'

interface StartQuestion {
  readonly isOpen: boolean
  readonly plan: WirePlan | null
}

/** Settings › Garbage collection. Administrators can change it; everyone else can read it. */
export function GarbageCollectionPage() {
  const { isAdmin } = useSession()
  // The plan stays after the dialog closes: otherwise the dialog's text would change while it
  // fades.
  const [question, setQuestion] = useState<StartQuestion>({ isOpen: false, plan: null })
  const [parameters, updateUrl] = useUrlState()
  const previewId = parameters.get('preview')
  const { data: running } = useQuery(runningJobQuery)
  const ask = (plan: WirePlan | null) => setQuestion({ isOpen: true, plan })
  return (
    <>
      <PageTitle title="Garbage collection" />
      <div className={classes.parts}>
        <NowCards />
        {previewId !== null && isAdmin && !running && (
          <PlanPanel jobId={previewId} onRun={ask} onClose={() => updateUrl({ preview: null })} />
        )}
        <div className={classes.pair}>
          <SchedulePanel isAdmin={isAdmin} onStart={() => ask(null)} />
          <div className={classes.parts}>
            <RunPanel onStart={() => ask(null)} />
            <SavingsPanel />
            <VerificationPanel />
          </div>
        </div>
        <HistoryPanel />
      </div>
      <StartDialog
        {...question}
        onClose={() => setQuestion(({ plan }) => ({ isOpen: false, plan }))}
        onStarted={() => updateUrl({ preview: null })}
      />
    </>
  )
}
