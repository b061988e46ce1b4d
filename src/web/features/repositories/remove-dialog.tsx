import { Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'
import { ConfirmDialog, confirming } from '#web/components/feedback/confirm-dialog.tsx'
import { showToast } from '#web/components/feedback/toast.tsx'
import { removeRepositoryMutation } from './mutations.ts'

interface RemoveDialogProps {
  readonly name: string
  readonly onClose: () => void
}

/** Asks before it removes an empty repository from the list. */
export function RemoveDialog({ name, onClose }: RemoveDialogProps) {
  const client = useQueryClient()
  const remove = useMutation(removeRepositoryMutation(client))
  const leave = () => {
    onClose()
    // After a refusal the list is out of date. Not before: the row goes, and this dialog with it.
    if (remove.isError) void client.invalidateQueries({ queryKey: queryKeys.repositories })
  }
  return (
    <ConfirmDialog
      {...confirming(remove, name, {
        onClose: leave,
        onDone: () => showToast(`Removed ${name}`),
      })}
      title={`Remove ${name}?`}
      confirmLabel="Remove repository"
      isDangerous
    >
      <Text>
        It is empty: no tag, no image, nothing in the trash. It leaves the list, here and for
        clients. A push to it creates it again.
      </Text>
    </ConfirmDialog>
  )
}
