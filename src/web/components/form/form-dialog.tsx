import { Button, Group, Stack } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import { DialogError, DialogFrame } from '../feedback/dialog-frame.tsx'
import { leaveBy } from './leaving.ts'
import { UnsavedChanges } from './unsaved-changes.tsx'

interface FormDialogProps {
  readonly title: string
  readonly submitLabel: string
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void
  readonly onClose: () => void
  readonly isPending: boolean
  /** The error of the last attempt, unless a field shows it. */
  readonly error: unknown
  /** The fields. */
  readonly children: ReactNode
}

/** A form in a dialog, with Cancel. It stays open while it saves, and when that fails. */
export function FormDialog({
  title,
  submitLabel,
  onSubmit,
  onClose,
  isPending,
  error,
  children,
}: FormDialogProps) {
  const [isChanged, setChanged] = useState(false)
  return (
    <DialogFrame title={title} onClose={() => leaveBy(onClose)} isPending={isPending}>
      <form onSubmit={onSubmit} noValidate onChange={() => setChanged(true)}>
        <UnsavedChanges isChanged={isChanged} />
        <Stack gap="md">
          {children}
          <DialogError error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} disabled={isPending}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending}>
              {submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </DialogFrame>
  )
}
