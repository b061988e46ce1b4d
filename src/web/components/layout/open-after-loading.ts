import { showErrorToast } from '../feedback/toast.tsx'

/** Opens a dialog whose code loads on demand, and reports a failed load, for instance offline. */
export async function openAfterLoading(
  load: () => Promise<unknown>,
  open: () => void,
): Promise<void> {
  try {
    await load()
  } catch {
    showErrorToast('This part of the dashboard could not be loaded. Try again in a moment.')
    return
  }
  open()
}
