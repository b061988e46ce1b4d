import { Alert, Modal, type ModalProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { useEscape } from '../layout/use-escape.ts'
import { useFocusFallback } from '../layout/use-focus-fallback.ts'

interface DialogFrameProps extends Pick<ModalProps, 'title' | 'size'> {
  readonly onClose: () => void
  /** Its action runs: it then stays open. */
  readonly isPending: boolean
  /** False: it closes, and stays mounted as it fades. */
  readonly isOpen?: boolean
  readonly children: ReactNode
}

/** A dialog with an action. It stays open while the action runs; afterwards the focus returns. */
export function DialogFrame({
  onClose,
  isPending,
  isOpen = true,
  children,
  ...modal
}: DialogFrameProps) {
  const close = isPending ? () => undefined : onClose
  useFocusFallback()
  useEscape(isOpen, close)
  return (
    <Modal
      {...modal}
      opened={isOpen}
      onClose={close}
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': 'Close', disabled: isPending }}
    >
      {children}
    </Modal>
  )
}

interface DialogErrorProps {
  /** Null: there is none. */
  readonly error: unknown
  readonly id?: string
  readonly mt?: string
}

/** Why the last attempt failed. */
export const DialogError = ({ error, ...alert }: DialogErrorProps) =>
  error ? (
    <Alert {...alert} color="red" role="alert">
      {messageOf(error)}
    </Alert>
  ) : null
