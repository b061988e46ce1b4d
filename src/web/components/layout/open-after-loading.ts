import { showErrorToast } from '../feedback/toast.tsx'
import { missingPartWords, missingReason, reportMissingCode } from './missing-code.ts'

/** Opens a dialog whose code loads on demand, and reports a failed load, for instance offline. */
export async function openAfterLoading(
  load: () => Promise<unknown>,
  open: () => void,
): Promise<void> {
  try {
    await load()
  } catch {
    reportMissingCode()
    showErrorToast(missingPartWords[await missingReason()])
    return
  }
  open()
}
