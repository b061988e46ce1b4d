import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'

interface ToastAction {
  readonly label: string
  readonly onClick: () => void
}

const readingMs = 5000
const decidingMs = 12_000

/** Reports success. With an action, the toast stays long enough to decide. */
export function showToast(message: string, action?: ToastAction): void {
  const id = notifications.show({
    color: 'petrol',
    withBorder: true,
    autoClose: action ? decidingMs : readingMs,
    closeButtonProps: { 'aria-label': 'Dismiss' },
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
    title: 'That did not work',
    message,
    autoClose: false,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}
