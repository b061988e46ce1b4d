import { Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ConfirmDialog, confirming } from '#web/components/feedback/confirm-dialog.tsx'
import { showToast } from '#web/components/feedback/toast.tsx'
import { removeReport } from '../mutations.ts'
import { settingsQuery } from '../queries.ts'

interface RemoveReportDialogProps {
  readonly cluster: string
  readonly onClose: () => void
}

/** What only this cluster runs loses its protection: for one that is no more. */
export function RemoveReportDialog({ cluster, onClose }: RemoveReportDialogProps) {
  const remove = useMutation(removeReport(useQueryClient()))
  const { data: settings } = useQuery(settingsQuery)
  const isNamed = settings?.running.clusters.some(({ name }) => name === cluster) ?? false
  return (
    <ConfirmDialog
      {...confirming(remove, cluster, {
        onClose,
        onDone: () => showToast(`Removed the report of ${cluster}`),
      })}
      title={`Remove the report of ${cluster}?`}
      confirmLabel="Remove report"
      isDangerous
      startsAtCancel
    >
      <Text>
        For a cluster that is no more. Images that only {cluster} runs are no longer kept: the next
        run can take them, and they are deleted without their name. If it reports again, they are
        kept again.
      </Text>
      {isNamed && (
        <Text mt="sm">
          The settings name {cluster}, so nothing is cleaned by rule until it reports again.
        </Text>
      )}
    </ConfirmDialog>
  )
}
