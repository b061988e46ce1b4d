import { isRouteErrorResponse, useRouteError } from 'react-router'
import { messageOf } from '../http/api-error.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { NotFoundPage } from './not-found-page.tsx'

const isMissingCode = (error: unknown): boolean =>
  error instanceof TypeError && /import|module|fetch/i.test(error.message)

/** What a page shows that broke. The rest of the dashboard goes on. */
export function PageError() {
  const error = useRouteError()
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFoundPage />
  // A part of the program that is no longer there: the server has been updated since.
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
