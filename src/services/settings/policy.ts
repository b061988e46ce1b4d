import { completePolicy, type CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { State } from '#state/state.ts'
import type { Actor } from '../activity/actor.ts'
import { createEvents, type ActivityPorts } from '../activity/record-activity.ts'

/**
 * A policy as it is saved. What clients of an earlier version do not know they leave out, and it stays
 * as it is.
 */
export type SavedPolicy = Omit<CollectionPolicy, 'acceptSparseIndexes'> & {
  readonly acceptSparseIndexes?: boolean | undefined
}

/** What administrators decide about collections. */
export interface Policy {
  /** The default until one was saved. */
  get(): Promise<CollectionPolicy>
  /** Within `collectionPolicyBounds`, as the contract checks. Resolves to what is in force now. */
  set(asked: SavedPolicy, actor: Actor): Promise<CollectionPolicy>
}

export interface PolicyPorts extends Omit<ActivityPorts, 'activity'> {
  readonly state: State
}

export function createPolicy(ports: PolicyPorts): Policy {
  const { settings } = ports.state
  const createEvent = createEvents(ports)
  const get = async (): Promise<CollectionPolicy> => completePolicy(await settings.policy())

  return {
    get,
    async set(asked, actor) {
      const before = await get()
      const { acceptSparseIndexes = before.acceptSparseIndexes } = asked
      const after = { ...asked, acceptSparseIndexes }
      const detail = differences(before, after)
      await ports.state.transaction(async (parts) => {
        await parts.settings.setPolicy(after)
        await parts.activity.record(createEvent('policy changed', actor, { detail }))
      })
      return after
    },
  }
}

/** `trashRetentionHours: 0 → 24; collectUntagged: false → true`, or null. */
function differences(before: CollectionPolicy, after: CollectionPolicy): string | null {
  const changed = (Object.keys(after) as (keyof CollectionPolicy)[]).flatMap((field) =>
    before[field] === after[field] ? [] : `${field}: ${before[field]} → ${after[field]}`,
  )
  return changed.length > 0 ? changed.join('; ') : null
}
