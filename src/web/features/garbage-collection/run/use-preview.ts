import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { startCollection } from '../run-mutations.ts'

/** Starts a dry run, whose plan the page then shows. */
export function usePreview() {
  // Not in the button's component, which unmounts as soon as the preview runs.
  const { mutate, isPending, error } = useMutation(startCollection(useQueryClient()))
  const [, updateUrl] = useUrlState()
  return {
    isPending,
    error,
    start: () => mutate({ dryRun: true }, { onSuccess: (job) => updateUrl({ preview: job.id }) }),
  }
}
