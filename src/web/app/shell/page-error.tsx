import { messageOf } from '#web/api/api-error.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'

const isMissingCode = (error: unknown): boolean =>
  error instanceof TypeError && /import|module|fetch/i.test(error.message)

/** Rendered in place of a page that failed. The rest of the dashboard goes on. */
export function PageError({ error }: { error: unknown }) {
  // The server no longer has this part of the program: it was updated since the page loaded.
  const shown = isMissingCode(error)
    ? new Error('A part of the dashboard could not be loaded. It may have been updated since.')
    : new Error(`The page broke: ${messageOf(error)}`)
  return (
    <ErrorState
      title="This page cannot be shown"
      error={shown}
      onRetry={() => window.location.reload()}
    />
  )
}
