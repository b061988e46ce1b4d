import { useEffect, useState } from 'react'

/**
 * Code of the dashboard that cannot be loaded: there is no connection, or the server has another
 * version of the dashboard.
 */
export class MissingCodeError extends Error {
  override readonly name = 'MissingCodeError'
}

/** Whether a part of the page is missing for that reason. The shell's notice subscribes to it. */
let isMissing = false
const listeners = new Set<() => void>()

export function reportMissingCode(): void {
  isMissing = true
  for (const listener of listeners) listener()
}

export const missingCode = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  isMissing: (): boolean => isMissing,
} as const

/**
 * Why code is missing: `updated`, the server has another version of the dashboard; `incomplete`, it
 * has the same one, and did not send it.
 */
export type MissingReason = 'offline' | 'unreachable' | 'updated' | 'incomplete'

export async function missingReason(): Promise<MissingReason> {
  const page = await fetch(import.meta.env.BASE_URL, { cache: 'no-store' }).then(
    async (answer) => (answer.ok ? await answer.text() : null),
    () => null,
  )
  if (page === null) return navigator.onLine ? 'unreachable' : 'offline'
  // A build has a name of its own for the script with which a page begins.
  const own = document.querySelector('script[type="module"][src]')?.getAttribute('src')
  return own && page.includes(own) ? 'incomplete' : 'updated'
}

const lookAgainMs = 3000

/** Looks until the server answers; null until it is known. */
export function useMissingReason(isOn = true): MissingReason | null {
  const [reason, setReason] = useState<MissingReason | null>(null)
  useEffect(() => {
    if (!isOn) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const look = async (): Promise<void> => {
      const found = await missingReason()
      if (isOver) return
      setReason(found)
      const isAway = found === 'offline' || found === 'unreachable'
      if (isAway) timer = setTimeout(() => void look(), lookAgainMs)
    }
    void look()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [isOn])
  return reason
}

/** For a part of a page: it is not reloaded by itself, since a form may have changes. */
export const missingPartWords: Readonly<Record<MissingReason, string>> = {
  offline: 'This computer is offline, and a part of this page is not loaded yet.',
  unreachable: 'The server cannot be reached, and a part of this page is not loaded yet.',
  updated: 'The dashboard was updated since you opened it. Reload it to see all of this page.',
  incomplete: 'A part of this page did not arrive. Reload it to try again.',
}
