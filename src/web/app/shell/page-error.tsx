import { messageOf } from '#web/api/api-error.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { MissingCodeError, useMissingReason } from '#web/components/layout/missing-code.ts'
import { useEffect, useRef } from 'react'

const reload = () => window.location.reload()

/** Rendered in place of a page that failed. The rest of the dashboard goes on. */
export const PageError = ({ error }: { error: unknown }) =>
  error instanceof MissingCodeError ? (
    <MissingPage />
  ) : (
    <ErrorState
      isFramed
      title="Couldn’t show this page"
      error={
        new Error('The dashboard made a mistake here. Nothing in the registry was changed by it.')
      }
      detail={messageOf(error)}
      retryLabel="Reload"
      onRetry={reload}
    />
  )

/** A page that is still missing after a reload must not reload forever. */
const reloadedKey = 'jetsam-reloaded-at'
const reloadsApartMs = 30_000

const words = {
  offline: 'This computer is offline. The page opens by itself once it is not.',
  unreachable: 'The server cannot be reached. The page opens by itself once it answers.',
  updated: 'The dashboard was updated since you opened it. Reload it to go on.',
  incomplete: 'A part of it did not arrive. Reload it to try again.',
} as const

/**
 * A page whose code cannot be loaded: while there is no connection it waits for one. Once the server
 * answers, it reloads itself, to get what it missed or the dashboard's new version.
 */
function MissingPage() {
  const reason = useMissingReason()
  const wasAway = useRef(false)
  useEffect(() => {
    if (reason === 'offline' || reason === 'unreachable') wasAway.current = true
    else if (reason !== null) {
      if (wasAway.current) reload()
      else reloadOnce()
    }
  }, [reason])
  if (reason === null) return null
  return (
    <ErrorState
      isFramed
      title="Couldn’t load this page"
      error={new Error(words[reason])}
      retryLabel="Reload"
      onRetry={reload}
    />
  )
}

function reloadOnce(): void {
  const before = Number(sessionStorage.getItem(reloadedKey) ?? 0)
  const nowMs = Date.now()
  if (nowMs - before < reloadsApartMs) return
  sessionStorage.setItem(reloadedKey, String(nowMs))
  reload()
}
