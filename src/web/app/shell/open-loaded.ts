import { showErrorToast } from '#web/components/feedback/toast.tsx'

/** Opens what has its code loaded only when it is wanted; says so where that fails, as offline. */
export async function openLoaded(load: () => Promise<unknown>, open: () => void): Promise<void> {
  try {
    await load()
  } catch {
    showErrorToast('This part of the dashboard could not be loaded. Try again in a moment.')
    return
  }
  open()
}
