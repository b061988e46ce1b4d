import { Alert, Skeleton, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { isApiError } from '#web/api/api-error.ts'
import { ConfirmDialog } from '#web/components/feedback/confirm-dialog.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { deleteRepositoryMutation, repositoryDeletionQuery } from './deletion-query.ts'
import { DeletionFacts, isDeletable } from './deletion-facts.tsx'
import { offerUndo } from './undo-deletion.ts'

interface DeleteRepositoryDialogProps {
  readonly name: string
  readonly onClose: () => void
  readonly onDeleted?: (() => void) | undefined
}

/** Says by the server's answer what goes and what stays; to confirm, the person types the name. */
export function DeleteRepositoryDialog({ name, onClose, onDeleted }: DeleteRepositoryDialogProps) {
  const client = useQueryClient()
  const { data, error, isFetching, refetch } = useQuery(repositoryDeletionQuery(name))
  const remove = useMutation(
    deleteRepositoryMutation(client, (entryID) => {
      offerUndo(client, name, entryID)
      onClose()
      onDeleted?.()
    }),
  )
  const [typed, setTyped] = useState('')
  const isTyped = typed.trim() === name
  const canConfirm = data === undefined ? error === null : isDeletable(data)
  const hasChanged = isApiError(remove.error, 'REFERENCE_CHANGED')

  const confirm = () => {
    if (data === undefined || !isTyped || !isDeletable(data)) return
    remove.mutate(
      { repository: name, contents: data.contents, runs: data.runningCount > 0 },
      {
        // What is in it now has to be seen, and confirmed, first.
        onError: () => setTyped(''),
      },
    )
  }

  return (
    <ConfirmDialog
      title={`Delete the repository ${name}?`}
      size="lg"
      confirmLabel="Delete repository"
      isDangerous
      onConfirm={confirm}
      onClose={onClose}
      isPending={remove.isPending}
      isConfirmDisabled={data === undefined || !isTyped || !isDeletable(data)}
      error={hasChanged ? null : remove.error}
    >
      {hasChanged && (
        <Alert color="ember" role="alert" mb="md">
          {name} has changed in the meantime. This is what is in it now: look again, and confirm
          again.
        </Alert>
      )}
      {data ? (
        <DeletionFacts deletion={data} />
      ) : error ? (
        <ErrorState
          title="Couldn’t work out what this deletes"
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      ) : (
        <Skeleton height={210} aria-label="Loading" />
      )}
      {/* There from the start, so that it has the focus as the dialog opens. */}
      {canConfirm && (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            confirm()
          }}
        >
          <TextInput
            mt="md"
            label={
              <>
                To confirm, type <b>{name}</b>
              </>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            disabled={remove.isPending}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            data-autofocus
          />
        </form>
      )}
    </ConfirmDialog>
  )
}
