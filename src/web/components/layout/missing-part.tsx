import { ErrorState } from '../feedback/error-state.tsx'
import { missingPartWords, useMissingReason } from './missing-code.ts'

/** In place of a part of a page whose code cannot be loaded. */
export function MissingPart() {
  const reason = useMissingReason()
  if (reason === null) return null
  return (
    <ErrorState
      isFramed
      title="Couldn’t load this part"
      error={new Error(missingPartWords[reason])}
      retryLabel="Reload"
      onRetry={() => window.location.reload()}
    />
  )
}
