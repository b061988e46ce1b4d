import { Alert, Button, Group, Modal } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { useFocusFallback } from '../layout/use-focus-fallback.ts'

interface ConfirmDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: string
  readonly children: ReactNode
  readonly confirmLabel: string
  readonly onConfirm: () => void
  /** Red, for what cannot be undone. */
  readonly isDangerous?: boolean
  readonly isPending?: boolean
  readonly isConfirmDisabled?: boolean
  /** The error of the last attempt, shown in the dialog. */
  readonly error?: unknown
  readonly size?: string | number
}

/** A confirmation with Cancel. It stays open while the action runs, and when the action fails. */
export function ConfirmDialog({
  isOpen,
  onClose,
  title,
  children,
  confirmLabel,
  onConfirm,
  isDangerous = false,
  isPending = false,
  isConfirmDisabled = false,
  error,
  size = 'md',
}: ConfirmDialogProps) {
  const errorId = useId()
  useFocusFallback()
  return (
    <Modal
      opened={isOpen}
      onClose={isPending ? () => undefined : onClose}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': 'Close', disabled: isPending }}
    >
      {children}
      {error ? (
        <Alert id={errorId} color="red" mt="md" role="alert">
          {messageOf(error)}
        </Alert>
      ) : null}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose} disabled={isPending}>
          Cancel
        </Button>
        <Button
          color={isDangerous ? 'red' : undefined}
          onClick={onConfirm}
          loading={isPending}
          disabled={isConfirmDisabled}
          aria-describedby={error ? errorId : undefined}
        >
          {confirmLabel}
        </Button>
      </Group>
    </Modal>
  )
}
