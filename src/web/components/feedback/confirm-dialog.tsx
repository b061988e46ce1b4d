import { Button, Group } from '@mantine/core'
import type { UseMutationResult } from '@tanstack/react-query'
import { useId, type ReactNode } from 'react'
import { DialogError, DialogFrame } from './dialog-frame.tsx'

interface ConfirmDialogProps {
  readonly title: string
  readonly children: ReactNode
  /** Null: there is nothing left to confirm, only to close. */
  readonly confirmLabel: string | null
  readonly cancelLabel?: string
  readonly onConfirm: () => void
  readonly onClose: () => void
  /** Red, for what cannot be undone. */
  readonly isDangerous?: boolean
  readonly isPending?: boolean
  readonly isConfirmDisabled?: boolean
  /** The error of the last attempt, shown in the dialog. */
  readonly error?: unknown
  /** The focus starts at Cancel, so that Enter alone confirms nothing. */
  readonly startsAtCancel?: boolean
  readonly isOpen?: boolean
  readonly size?: string | number
}

/** A confirmation with Cancel. It stays open while the action runs, and when the action fails. */
export function ConfirmDialog({
  title,
  children,
  confirmLabel,
  cancelLabel = 'Cancel',
  onConfirm,
  onClose,
  isDangerous = false,
  isPending = false,
  isConfirmDisabled = false,
  error = null,
  startsAtCancel = false,
  isOpen = true,
  size = 'md',
}: ConfirmDialogProps) {
  const errorId = useId()
  return (
    <DialogFrame title={title} size={size} onClose={onClose} isPending={isPending} isOpen={isOpen}>
      {children}
      <DialogError error={error} id={errorId} mt="md" />
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button
          variant="default"
          onClick={onClose}
          disabled={isPending}
          data-autofocus={startsAtCancel || undefined}
        >
          {cancelLabel}
        </Button>
        {confirmLabel !== null && (
          <Button
            color={isDangerous ? 'red' : undefined}
            onClick={onConfirm}
            loading={isPending}
            disabled={isConfirmDisabled}
            aria-describedby={error ? errorId : undefined}
          >
            {confirmLabel}
          </Button>
        )}
      </Group>
    </DialogFrame>
  )
}

interface Confirmed<Data> {
  readonly onClose: () => void
  /** After it has succeeded. The dialog closes by itself. */
  readonly onDone?: (data: Data) => void
}

/**
 * The confirmation of one mutation: `<ConfirmDialog {...confirming(revoke, token, …)} … />`. It
 * closes when the mutation has succeeded, and forgets a failure when it is closed.
 */
export function confirming<Data, Variables>(
  mutation: Pick<
    UseMutationResult<Data, Error, Variables>,
    'mutateAsync' | 'reset' | 'isPending' | 'error'
  >,
  variables: Variables,
  { onClose, onDone }: Confirmed<Data>,
) {
  const { isPending, error } = mutation
  const close = () => {
    mutation.reset()
    onClose()
  }
  return {
    isPending,
    error,
    onClose: close,
    // Not a callback of `mutate`, which is not called once the dialog's row has gone: often the
    // mutation itself takes it away.
    onConfirm: async () => {
      try {
        const data = await mutation.mutateAsync(variables)
        onClose()
        onDone?.(data)
      } catch {
        // The dialog shows it.
      }
    },
  }
}
