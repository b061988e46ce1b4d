import { showErrorToast } from '../feedback/toast.tsx'

/** Opens a dialog whose code loads on demand, and reports a failed load, for instance offline. */
export async function openAfterLoading(
  load: () => Promise<unknown>,
  open: () => void,
): Promise<void> {
  try {
    await load()
  } catch {
    showErrorToast('Couldn’t load this part of the dashboard. Try again in a moment.')
    return
  }
  open()
}
