import { notifications } from '@mantine/notifications'
import { cleanup, configure } from '@testing-library/react'
import { afterEach, vi } from 'vitest'

/*
 * Loaded before each file of tests: all of them share one window, and a test leaves nothing in it
 * for the next.
 */

// The longest wait for an element on a busy machine. No test waits for it to pass.
configure({ asyncUtilTimeout: 20_000 })

afterEach(() => {
  cleanup()
  // Toasts live outside of React.
  notifications.clean()
  vi.unstubAllGlobals()
  localStorage.clear()
  sessionStorage.clear()
})
