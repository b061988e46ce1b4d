import type { DeletionImpact } from '#contract/images/deletion.ts'
import { getPolicy } from '#services/settings/policy.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'

const hourMs = 60 * 60 * 1000

/** Until when what is deleted now can be restored, and when a collection may take it. */
export async function restorableTimes(
  { state, scheduler, clock }: ApiServices,
  hasImages: boolean,
): Promise<Pick<DeletionImpact, 'restorableUntil' | 'nextCollectionAt'>> {
  const { trashRetentionHours } = await getPolicy({ state })
  const [nextRunMs] = (await scheduler.scheduleView()).nextRunsMs
  const isRestorable = trashRetentionHours > 0 && hasImages
  return {
    restorableUntil: isRestorable ? toInstant(clock.nowMs() + trashRetentionHours * hourMs) : null,
    nextCollectionAt: nextRunMs === undefined ? null : toInstant(nextRunMs),
  }
}
