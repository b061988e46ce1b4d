import type { WirePlan } from '#contract/jobs/garbage-collection.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { Alert, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ConfirmDialog, confirming } from '#web/components/feedback/confirm-dialog.tsx'
import { formatDuration } from '#web/components/text/format-time.ts'
import { ReasonWithDetail } from '../reason-detail.tsx'
import { aboutDuration, describeCounts, isNothing } from '../plan/amounts.ts'
import { CauseList } from '../plan/cause-list.tsx'
import type { Amount } from '../plan/causes.ts'
import { startCollection } from '../run-mutations.ts'
import { wordsOfMode } from '../policy/policy-labels.ts'
import { currentReclaimableQuery, lastSavingsQuery, recentlyDeletedQuery } from '../queries.ts'
import { policyQuery } from '../run-queries.ts'
import { SpareChoice } from './spare-choice.tsx'

/** Who deleted something so short a time ago may still want it back. */
const recentHours = 24

interface StartDialogProps {
  readonly isOpen: boolean
  /** The plan to carry out; null: everything that there is to collect. */
  readonly plan: WirePlan | null
  readonly onClose: () => void
  readonly onStarted: () => void
}

/** Asks before a collection starts, and shows what it would free. */
export function StartDialog({ isOpen, plan, onClose, onStarted }: StartDialogProps) {
  const start = useMutation(startCollection(useQueryClient()))
  const [isSparing, setSparing] = useState(true)
  const { data: recent, isFetching: isAsking } = useQuery({
    ...recentlyDeletedQuery(recentHours),
    enabled: isOpen,
  })
  const hasRecent = recent !== undefined && recent.images > 0
  const { data: reclaimable } = useQuery({
    ...currentReclaimableQuery,
    enabled: isOpen && plan === null,
  })
  const isRefused = plan === null && !!reclaimable?.error
  return (
    <ConfirmDialog
      {...confirming(
        start,
        {
          ...(plan ? { plan: plan.id } : {}),
          ...(hasRecent && isSparing ? { spareDeletedHours: recentHours } : {}),
        },
        { onClose, onDone: onStarted },
      )}
      isOpen={isOpen}
      title={plan ? 'Run this plan?' : 'Start a collection now?'}
      // What the server would refuse is not offered, nor anything before it is known what is lost.
      confirmLabel={isRefused ? null : 'Start collection'}
      cancelLabel={isRefused ? 'Close' : 'Cancel'}
      isConfirmDisabled={recent === undefined && isAsking}
    >
      <Stack gap="sm">
        {plan ? <Numbers amount={plan.planned} byCause={plan.byCause} /> : <ReclaimableNumbers />}
        {!isRefused && (
          <>
            {hasRecent && (
              <SpareChoice
                recent={recent}
                hours={recentHours}
                isSparing={isSparing}
                onChange={setSparing}
              />
            )}
            <PushEffect estimatedMs={plan?.estimatedMs ?? null} />
            <Text>
              What it deletes cannot be restored. Everything that a tag, or the trash in its time,
              still needs is kept.
            </Text>
          </>
        )}
      </Stack>
    </ConfirmDialog>
  )
}

function ReclaimableNumbers() {
  const { data, error } = useQuery(currentReclaimableQuery)
  if (data?.error) {
    return (
      <Alert color="red" title="A collection would refuse to run now">
        <ReasonWithDetail reason={data.error} />
      </Alert>
    )
  }
  if (data) return <Numbers amount={data.reclaimable} byCause={data.byCause} />
  return error ? <Text>Couldn’t work out how much it will free.</Text> : <Skeleton height={40} />
}

interface NumbersProps {
  readonly amount: Amount
  readonly byCause: Readonly<Record<string, Amount>>
}

function Numbers({ amount, byCause }: NumbersProps) {
  if (isNothing(amount)) return <Text>There is nothing to collect at the moment.</Text>
  return (
    <div>
      <Text>
        It frees <strong>{formatByteSize(amount.bytes)}</strong>: {describeCounts(amount)}.
      </Text>
      <CauseList amounts={byCause} />
    </div>
  )
}

/** How long pushes are affected: estimated from the plan or, without one, from the last run. */
function PushEffect({ estimatedMs }: { readonly estimatedMs: number | null }) {
  const { data: policy } = useQuery(policyQuery)
  const { data: last } = useQuery(lastSavingsQuery)
  if (!policy) return null
  const lastMs = last ? Date.parse(last.finishedAt) - Date.parse(last.startedAt) : null
  const { verb } = wordsOfMode(policy)
  if (verb === null) return <Text>Pushes and pulls go on.</Text>
  const howLong =
    estimatedMs !== null
      ? `for ${aboutDuration(estimatedMs)}`
      : lastMs !== null
        ? `while it deletes (the last run took ${formatDuration(lastMs)} in all)`
        : 'while it deletes'
  return (
    <Text>
      Pushes {verb} {howLong}; pulls go on.
    </Text>
  )
}
