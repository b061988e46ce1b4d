import { useCallback } from 'react'
import { useUrlState, type UrlStateOptions } from '#web/components/layout/use-url-state.ts'

/** Opens the details of an image, by a tag or a digest; null closes them. */
export function useOpenImage(): (reference: string | null, options?: UrlStateOptions) => void {
  const [, updateUrl] = useUrlState()
  return useCallback((reference, options) => updateUrl({ tag: reference }, options), [updateUrl])
}
