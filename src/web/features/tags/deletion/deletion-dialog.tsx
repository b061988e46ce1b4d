import { isDigest, shortDigest } from '#domain/values/digest.ts'
import { Alert, Progress, Skeleton, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ConfirmDialog } from '#web/components/feedback/confirm-dialog.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import type { DeletionTarget } from '../list/selection.ts'
import { AliasChoice } from './alias-choice.tsx'
import { FailureList } from './failure-list.tsx'
import { ImpactSummary } from './impact-summary.tsx'
import { goingOf, planDeletion } from './plan-deletion.ts'
import { RunningNotice } from './running-notice.tsx'
import type { DeletionOutcome } from './run-deletion.ts'
import { offerUndo } from './undo-toast.tsx'
import { useDeletion } from './use-deletion.ts'

interface DeletionDialogProps {
  readonly repository: string
  /** What the person saw when they clicked. */
  readonly targets: readonly DeletionTarget[]
  readonly onClose: () => void
  readonly onFinished: (outcomes: readonly DeletionOutcome[]) => void
}

/**
 * "Delete 1.2?": shows by the server's answer what would go and what stays, and deletes exactly
 * that. If the answer differs at the moment of deleting, it says so and asks again.
 */
export function DeletionDialog({ repository, targets, onClose, onFinished }: DeletionDialogProps) {
  const client = useQueryClient()
  const [isWhole, setWhole] = useState(() => targets.some((target) => target.isWhole))
  const deletion = useDeletion({
    repository,
    targets,
    isWhole,
    onFinished: (outcomes) => {
      offerUndo(client, repository, outcomes)
      onFinished(outcomes)
      if (outcomes.every(({ isDone }) => isDone)) onClose()
    },
  })
  const { impact, isPending, failures } = deletion
  const [typed, setTyped] = useState('')
  const plan = impact.data && planDeletion(impact.data)
  const isConfirmed = plan?.every(({ runs }) => !runs || typed.trim() === targets[0]?.name) ?? false
  const canStart = plan !== undefined && plan.length > 0 && isConfirmed && !deletion.isOutdated
  const [first] = targets
  const name =
    targets.length === 1 && first
      ? shortName(first.name)
      : countOf(targets.length, targets.every((target) => isDigest(target.name)) ? 'image' : 'tag')

  return (
    <ConfirmDialog
      title={`Delete ${name}?`}
      size="lg"
      confirmLabel={failures.length > 0 ? null : confirmLabel(goingOf(impact.data))}
      cancelLabel={failures.length > 0 ? 'Close' : 'Cancel'}
      startsAtCancel
      isDangerous
      onConfirm={deletion.start}
      onClose={onClose}
      isPending={isPending}
      // Not while the answer is only fetched again, for instance after a return to the page: that
      // would lose a click, and the deletion compares the answer with what was shown anyway.
      isConfirmDisabled={!canStart}
      error={deletion.error}
    >
      {deletion.notice && (
        <Alert color="ember" role="alert" mb="md">
          {deletion.notice}
        </Alert>
      )}
      {failures.length > 0 ? (
        <FailureList failures={failures} />
      ) : impact.data ? (
        <>
          <AliasChoice
            impactOfTags={deletion.impactOfTags}
            isWhole={isWhole}
            onChange={setWhole}
            isDisabled={isPending}
          />
          <RunningNotice
            impact={impact.data}
            typed={typed}
            onType={setTyped}
            onSubmit={() => canStart && deletion.start()}
            isDisabled={isPending}
          />
          <ImpactSummary impact={impact.data} progress={isPending ? deletion.progress : null} />
        </>
      ) : impact.error ? (
        <ErrorState
          title="Couldn’t work out what this deletes"
          error={impact.error}
          onRetry={() => void impact.refetch()}
          isRetrying={impact.isFetching}
        />
      ) : (
        <Skeleton height={150} aria-label="Loading" />
      )}
      {isPending && <DeletionProgress {...deletion.count} />}
    </ConfirmDialog>
  )
}

/** There is one call for each image, so a long deletion has a known length. */
function DeletionProgress({ done, total }: { done: number; total: number }) {
  if (total < 2) return null
  return (
    <div>
      <Text size="sm" mt="md" mb={4} role="status">
        Deleting {Math.min(done + 1, total)} of {total}
      </Text>
      <Progress value={(done / total) * 100} aria-label="Deletion" />
    </div>
  )
}

const shortName = (reference: string): string =>
  isDigest(reference) ? shortDigest(reference) : reference

/** Says whether a tag is deleted alone, or images. */
function confirmLabel(references: readonly { digest: string; imageDeleted: boolean }[]): string {
  const images = new Set(
    references.filter(({ imageDeleted }) => imageDeleted).map(({ digest }) => digest),
  ).size
  const tags = references.filter(({ imageDeleted }) => !imageDeleted).length
  if (references.length === 0) return 'Delete'
  if (tags === 0) return images === 1 ? 'Delete image' : `Delete ${countOf(images, 'image')}`
  if (images === 0) return tags === 1 ? 'Delete tag' : `Delete ${countOf(tags, 'tag')}`
  return `Delete ${countOf(images, 'image')} and ${countOf(tags, 'tag')}`
}
