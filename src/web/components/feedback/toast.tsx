import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ComponentType } from 'react'

interface ToastAction {
  readonly label: string
  readonly onClick: () => void
  /** Rendered in the toast: withdraws it once the action is no longer possible. */
  readonly Watch?: ComponentType<{ readonly withdraw: () => void }>
}

const readingMs = 5000
const decidingMs = 12_000

interface ToastOptions {
  /** With one, the toast stays long enough to decide. */
  readonly action?: ToastAction
  /** What happened; a warning and what is bad stay until the person dismisses them. */
  readonly tone?: 'good' | 'warning' | 'bad'
}

const colors = { good: 'petrol', warning: 'ember', bad: 'red' } as const

/** Reports what happened, in its colour. */
export function showToast(message: string, { action, tone = 'good' }: ToastOptions = {}): void {
  const id = notifications.show({
    color: colors[tone],
    withBorder: true,
    autoClose: tone !== 'good' ? false : action ? decidingMs : readingMs,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    'data-tone': tone,
    message: action ? (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <span>{message}</span>
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            notifications.hide(id)
            action.onClick()
          }}
        >
          {action.label}
        </Button>
        {action.Watch && <action.Watch withdraw={() => notifications.hide(id)} />}
      </Group>
    ) : (
      message
    ),
  })
}

/** Reports a failure. It stays until the person dismisses it. */
export function showErrorToast(message: string): void {
  notifications.show({
    color: 'red',
    withBorder: true,
    title: 'That didn’t work',
    message,
    autoClose: false,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    'data-tone': 'bad',
  })
}
