import { notifications } from '@mantine/notifications'
import { cleanup, configure } from '@testing-library/react'
import { afterEach, vi } from 'vitest'

/*
 * Loaded before each file of tests: all of them share one window, and a test leaves nothing in it
 * for the next.
 */

// How long something may take to appear on a busy machine; nothing waits for it in vain.
configure({ asyncUtilTimeout: 20_000 })

afterEach(() => {
  cleanup()
  // Toasts live outside of React.
  notifications.clean()
  vi.unstubAllGlobals()
  localStorage.clear()
  sessionStorage.clear()
})
