import { formatByteSize } from '#domain/values/byte-size.ts'
import { Alert, Button, List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { WirePlan } from '#contract/jobs/garbage-collection.ts'
import type { Job } from '#contract/jobs/collection-jobs.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { CauseTable, RepositoryTable } from './amount-table.tsx'
import { aboutDuration, describeCounts, isNothing, nothingToCollect } from './amounts.ts'
import classes from '../garbage-collection-page.module.css'
import { LargestItems } from './largest-items.tsx'
import { Panel } from '#web/components/layout/panel.tsx'
import { wordsOfMode } from '../policy/policy-labels.ts'
import { PlanStrip } from './plan-strip.tsx'
import { planQuery, reclaimableQuery } from '../queries.ts'
import { isOver } from '#web/entities/jobs/job-state.ts'
import { jobQuery, policyQuery } from '../run-queries.ts'
import { outcomeOf } from '../run/run-outcome.ts'

interface PlanPanelProps {
  /** The dry run that made the plan. */
  readonly jobId: string
  readonly onRun: (plan: WirePlan) => void
  readonly onClose: () => void
}

/** The result of a dry run: the plan, or why there is none. */
export function PlanPanel({ jobId, onRun, onClose }: PlanPanelProps) {
  const job = useQuery(jobQuery(jobId))
  if (job.isError && !job.data) {
    return (
      <Panel title="Plan">
        <ErrorState
          title="Couldn’t load the preview"
          error={job.error}
          onRetry={() => void job.refetch()}
          isRetrying={job.isFetching}
        />
      </Panel>
    )
  }
  if (!job.data || !isOver(job.data)) return <LoadingPlan />
  const planId = job.data.result?.planID
  return planId ? (
    <MadePlan planId={planId} onRun={onRun} onClose={onClose} />
  ) : (
    <NoPlan job={job.data} onClose={onClose} />
  )
}

const LoadingPlan = () => (
  <Panel title="Plan">
    <ListSkeleton rows={4} />
  </Panel>
)

function NoPlan({ job, onClose }: { readonly job: Job; readonly onClose: () => void }) {
  const { tone, sentence } = outcomeOf(job)
  return (
    <Alert
      color={tone === 'bad' ? 'red' : 'gray'}
      title="No plan was made, and nothing was deleted"
      withCloseButton
      closeButtonLabel="Close preview"
      onClose={onClose}
    >
      {sentence}
    </Alert>
  )
}

interface MadePlanProps {
  readonly planId: string
  readonly onRun: (plan: WirePlan) => void
  readonly onClose: () => void
}

function MadePlan({ planId, onRun, onClose }: MadePlanProps) {
  const { data: plan, error, isFetching, refetch } = useQuery(planQuery(planId))
  const { data: policy } = useQuery(policyQuery)
  if (!plan && !error) return <LoadingPlan />
  if (!plan) {
    return (
      <Panel title="Plan">
        <ErrorState
          title="Couldn’t load the plan"
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      </Panel>
    )
  }
  const isEmpty = isNothing(plan.planned)
  return (
    <Panel
      title="Plan"
      takesFocus
      actions={
        <>
          <Button variant="default" onClick={onClose}>
            Close preview
          </Button>
          {!isEmpty && <Button onClick={() => onRun(plan)}>Run this plan</Button>}
        </>
      }
    >
      <Stack gap="md">
        {isEmpty ? (
          <NothingToCollect />
        ) : (
          <Text>
            <strong>{formatByteSize(plan.planned.bytes)}</strong> would be freed:{' '}
            {describeCounts(plan.planned)}.{' '}
            {policy && `${pushesMeanwhile(wordsOfMode(policy).wouldBe, plan.estimatedMs)} `}
            Nothing is deleted yet.{' '}
            <Text span c="dimmed">
              Planned <RelativeTime at={plan.madeAt} />.
            </Text>
          </Text>
        )}
        {!isEmpty && <PlanStrip planned={plan.planned} />}
        <Warnings warnings={plan.warnings} />
        {!isEmpty && (
          <div className={classes.pair}>
            <Stack gap="md">
              <CauseTable amounts={plan.byCause} />
              <RepositoryTable amounts={plan.byRepository} />
            </Stack>
            <LargestItems items={plan.largest} />
          </div>
        )}
      </Stack>
    </Panel>
  )
}

const pushesMeanwhile = (wouldBe: string | null, estimatedMs: number): string =>
  wouldBe === null
    ? 'Pushes would go on all the time.'
    : `Pushes ${wouldBe} for ${aboutDuration(estimatedMs)}.`

function NothingToCollect() {
  const { data } = useQuery(reclaimableQuery)
  return (
    <Text>{data ? nothingToCollect(data.tagCount, data.storedBytes) : 'Nothing to collect.'}</Text>
  )
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  if (warnings.length === 0) return null
  return (
    <Alert color="ember" title="Kept, because it could not be read">
      <List size="sm">
        {warnings.map((warning) => (
          <List.Item key={warning}>{warning}</List.Item>
        ))}
      </List>
    </Alert>
  )
}
