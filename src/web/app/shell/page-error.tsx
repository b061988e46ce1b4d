import { messageOf } from '#web/api/api-error.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { MissingCodeError } from '#web/components/layout/missing-code.ts'
import { useEffect, useState } from 'react'

/** Rendered in place of a page that failed. The rest of the dashboard goes on. */
export const PageError = ({ error }: { error: unknown }) =>
  error instanceof MissingCodeError ? (
    <MissingPage />
  ) : (
    <ErrorState
      isFramed
      title="Couldn’t show this page"
      error={new Error(`The page broke: ${messageOf(error)}`)}
      onRetry={() => window.location.reload()}
    />
  )

const lookAgainMs = 3000
/** A page that is still missing after a reload must not reload forever. */
const reloadedKey = 'jetsam-reloaded-at'
const reloadsApartMs = 30_000

const words = {
  offline: 'This computer is offline. The page opens by itself once it is not.',
  unreachable: 'The server cannot be reached. The page opens by itself once it answers.',
  updated: 'The dashboard was updated since you opened it. Reload it to go on.',
} as const

/**
 * A page whose code cannot be loaded: while there is no connection it waits for one; once the
 * server answers, the dashboard was updated, and reloads itself.
 */
function MissingPage() {
  const [reason, setReason] = useState<keyof typeof words | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async (): Promise<void> => {
      if (await canReachPage()) {
        setReason('updated')
        reloadOnce()
        return
      }
      setReason(navigator.onLine ? 'unreachable' : 'offline')
      timer = setTimeout(() => void look(), lookAgainMs)
    }
    void look()
    return () => clearTimeout(timer)
  }, [])
  if (reason === null) return null
  return (
    <ErrorState
      isFramed
      title="Couldn’t load this page"
      error={new Error(words[reason])}
      retryLabel="Reload"
      onRetry={() => window.location.reload()}
    />
  )
}

const canReachPage = async (): Promise<boolean> =>
  await fetch(import.meta.env.BASE_URL, { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )

function reloadOnce(): void {
  const before = Number(sessionStorage.getItem(reloadedKey) ?? 0)
  const nowMs = Date.now()
  if (nowMs - before < reloadsApartMs) return
  sessionStorage.setItem(reloadedKey, String(nowMs))
  window.location.reload()
}
