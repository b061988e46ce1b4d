import { useNotifications } from '@mantine/notifications'
import { useState } from 'react'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'

const Toasts = lazyComponent(async () => (await import('./toasts.tsx')).Toasts)

/** Where toasts appear. Its code loads with the first toast and then stays. */
export function ToastHost() {
  const { notifications, queue } = useNotifications()
  const [isNeeded, setNeeded] = useState(false)
  if (!isNeeded && notifications.length + queue.length > 0) setNeeded(true)
  return isNeeded && <Toasts />
}
