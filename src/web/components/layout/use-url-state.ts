import { useCallback, useLayoutEffect, useRef } from 'react'
import { useSearchParams } from 'react-router'

export interface UrlStateOptions {
  /** A new history entry, for what Back should close. Typing and sorting replace the entry. */
  readonly isStep?: boolean
}

export type UpdateUrl = (
  patch: Readonly<Record<string, string | null>>,
  options?: UrlStateOptions,
) => void

/**
 * The view's state in the address, and a function that changes some parameters and keeps the
 * others.
 */
export function useUrlState(): readonly [URLSearchParams, UpdateUrl] {
  const [parameters, setParameters] = useSearchParams()
  // The router renders a new address later. A second change must not start from the address before
  // the first.
  const latest = useRef(parameters)
  useLayoutEffect(() => {
    latest.current = parameters
  }, [parameters])
  const update = useCallback<UpdateUrl>(
    (patch, { isStep = false } = {}) => {
      const next = new URLSearchParams(latest.current)
      for (const [name, value] of Object.entries(patch)) {
        if (value === null || value === '') next.delete(name)
        else next.set(name, value)
      }
      latest.current = next
      setParameters(next, { replace: !isStep })
    },
    [setParameters],
  )
  return [parameters, update]
}
