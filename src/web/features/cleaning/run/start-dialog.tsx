import type { ApprovalNeeded, RetentionJob } from '#contract/rules/retention-runs.ts'
import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { isApiError } from '#web/api/api-error.ts'
import { ConfirmDialog, confirming } from '#web/components/feedback/confirm-dialog.tsx'
import { startRun } from '../mutations.ts'
import { goingWords } from '../preview/preview-words.ts'
import { scopeName } from '../scope.ts'
import { BrakeList } from './brake-list.tsx'

interface StartDialogProps {
  readonly scope: string
  /** Exactly this runs; null: what the rules say when it starts. */
  readonly preview: WireRetentionPreview | null
  readonly onClose: () => void
  readonly onStarted: (job: RetentionJob) => void
}

/** The question before a run. Of what a brake holds it says why, and asks for approval. */
export function StartDialog({ scope, preview, onClose, onStarted }: StartDialogProps) {
  const start = useMutation(startRun(useQueryClient()))
  const needed = neededIn(start.error)
  const request = {
    scope,
    isApproving: needed !== null,
    ...(preview ? { preview: preview.previewID } : {}),
  }
  const confirmed = confirming(start, request, { onClose, onDone: onStarted })
  return (
    <ConfirmDialog
      {...confirmed}
      error={needed ? null : start.error}
      title={needed ? 'This needs your approval' : `Clean ${scopeName(scope)} by rule?`}
      confirmLabel={needed ? 'Approve and run' : 'Start cleaning'}
      size="lg"
    >
      {needed ? (
        <>
          <Text>Nothing was started. An administrator has to approve it first:</Text>
          <BrakeList brakes={needed.brakes} />
          <Text size="sm" mt="sm">
            You approve exactly this preview, and the policies behind it in their present versions.
          </Text>
        </>
      ) : (
        <Text>
          {preview
            ? `${goingWords(preview.totals)}; that frees ${formatByteSize(preview.totals.bytesFreed)} at a later collection. `
            : 'What the policies in force remove goes to the trash; what a brake holds waits for your approval. '}
          Each is looked at again before it goes, stays in the trash for at least 24 hours, and can
          be restored from there.
        </Text>
      )}
    </ConfirmDialog>
  )
}

const neededIn = (error: unknown): ApprovalNeeded | null =>
  isApiError(error, 'APPROVAL_NEEDED') ? (error.detail as ApprovalNeeded) : null
