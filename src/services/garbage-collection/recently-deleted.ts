import type { Clock } from '#domain/time/clock.ts'
import { CollectionError } from '#domain/collection/collection-error.ts'
import { isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'
import type { Trash } from '#registry/trash/trash.ts'
import type { RunningGuard } from '../retention/running/running-guard.ts'
import { getPolicy, type PolicyDeps } from '../settings/policy.ts'
import type { KeptLook } from './kept-look.ts'
import { sparingWhatRuns } from './spare-running.ts'

/** Images that a collection would take although their deletion may still be regretted. */
export interface RecentlyDeleted {
  /** The last deletion first. */
  readonly images: readonly TrashEntry[]
  /** What would stay with all of them; null: a collection would refuse to run. */
  readonly bytes: number | null
}

export interface RecentlyDeletedDeps {
  readonly clock: Clock
  readonly state: PolicyDeps['state']
  readonly trash: Pick<Trash, 'list'>
  readonly keptLook: Pick<KeptLook, 'now'>
  readonly running: Pick<RunningGuard, 'look'>
}

const hourMs = 3_600_000

/** Of those that were deleted less than so many hours ago, what a collection would take now. */
export async function recentlyDeleted(
  { clock, state, trash, keptLook, running }: RecentlyDeletedDeps,
  hours: number,
): Promise<RecentlyDeleted> {
  const nowMs = clock.nowMs()
  const sinceMs = nowMs - hours * hourMs
  const images = (await trash.list()).filter(
    (entry) =>
      !isOfTags(entry) &&
      entry.state === 'held' &&
      entry.deletedAtMs >= sinceMs &&
      entry.heldUntilMs <= nowMs,
  )
  if (images.length === 0) return { images, bytes: 0 }
  try {
    const policy = await sparingWhatRuns(await getPolicy({ state }), running)
    // A person decides by it.
    const { look } = await keptLook.now('until current')
    const taking = await look.plan(policy)
    const sparing = await look.plan({ ...policy, spareDeletedSinceMs: sinceMs })
    return { images, bytes: taking.totals.bytes - sparing.totals.bytes }
  } catch (error) {
    if (error instanceof CollectionError) return { images, bytes: null }
    throw error
  }
}
