import { useQuery } from '@tanstack/react-query'
import { showToast } from '#web/components/feedback/toast.tsx'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { runningJobQuery } from '../run-queries.ts'
import { outcomeOf } from '../run/run-outcome.ts'
import { useCollectionEnd } from './use-collection-end.ts'

/** No part of each page's first load: most of the time nothing runs. */
const RunningBanner = lazyComponent(
  async () => (await import('./running-banner.tsx')).RunningBanner,
)

/**
 * Shown on every page to everyone while a collection runs: what it means for pushes, and how far it
 * is.
 */
export function CollectionBanner() {
  const { data: running } = useQuery(runningJobQuery)
  useCollectionEnd((job) => {
    if (job.dryRun) return
    const { tone, sentence } = outcomeOf(job)
    if (tone === 'bad') showToast(`Garbage collection failed. ${sentence}`, { tone: 'bad' })
    else if (tone === 'warning') {
      showToast(`Garbage collection has ended. ${sentence}`, { tone: 'warning' })
    } else showToast(`Garbage collection has ended. ${sentence}`)
  })
  return running && !running.dryRun ? <RunningBanner job={running} /> : null
}
