import { useNotifications } from '@mantine/notifications'
import { lazy, Suspense, useState } from 'react'

const Toasts = lazy(async () => ({ default: (await import('./toasts.tsx')).Toasts }))

/** Where toasts appear. Its code is loaded with the first of them, and then stays. */
export function ToastHost() {
  const { notifications, queue } = useNotifications()
  const [isNeeded, setNeeded] = useState(false)
  if (!isNeeded && notifications.length + queue.length > 0) setNeeded(true)
  return <Suspense fallback={null}>{isNeeded && <Toasts />}</Suspense>
}
