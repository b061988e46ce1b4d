import { useCallback, useLayoutEffect, useRef } from 'react'
import { useSearchParams } from 'react-router'

export interface UrlStateOptions {
  /** A new step for Back, as opening something is. Typing and sorting replace. */
  readonly isStep?: boolean
}

export type UpdateUrl = (
  patch: Readonly<Record<string, string | null>>,
  options?: UrlStateOptions,
) => void

/** The view's state in the address: what is set, and a way to change some of it and keep the rest. */
export function useUrlState(): readonly [URLSearchParams, UpdateUrl] {
  const [parameters, setParameters] = useSearchParams()
  // The router draws a new address when it has time for it. A second change must not be made from
  // the address before the first.
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
