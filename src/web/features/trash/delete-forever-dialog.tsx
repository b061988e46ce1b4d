import type { TrashEntry } from '#contract/images/trash.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ConfirmDialog, confirming } from '#web/components/feedback/confirm-dialog.tsx'
import { showToast } from '#web/components/feedback/toast.tsx'
import { entryName } from './entry-name.ts'
import { deleteForeverMutation } from './mutations.ts'

interface DeleteForeverDialogProps {
  readonly entry: TrashEntry
  readonly onClose: () => void
}

function freedWords({ kind, held }: TrashEntry): string {
  if (kind === 'tags') return '; no disk space is freed, for the image stays'
  return held === null
    ? ', and frees what only it holds'
    : `, and frees the ${formatByteSize(held)} that only it holds`
}

export function DeleteForeverDialog({ entry, onClose }: DeleteForeverDialogProps) {
  const deleteForever = useMutation(deleteForeverMutation(useQueryClient()))
  const name = entryName(entry)
  return (
    <ConfirmDialog
      {...confirming(deleteForever, entry, {
        onClose,
        onDone: () => showToast(`The next collection takes ${name}`),
      })}
      title={`Delete ${name} forever?`}
      confirmLabel="Delete forever"
      isDangerous
    >
      <Text>
        The next collection takes it{freedWords(entry)}. Until then you can still restore it;
        afterwards it is gone.
      </Text>
    </ConfirmDialog>
  )
}
