import { useCallback } from 'react'
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
  const update = useCallback<UpdateUrl>(
    (patch, { isStep = false } = {}) => {
      setParameters(
        (current) => {
          const next = new URLSearchParams(current)
          for (const [name, value] of Object.entries(patch)) {
            if (value === null || value === '') next.delete(name)
            else next.set(name, value)
          }
          return next
        },
        { replace: !isStep, preventScrollReset: true },
      )
    },
    [setParameters],
  )
  return [parameters, update]
}
