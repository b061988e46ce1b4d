import { completePolicy, type CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { EventData } from '#domain/events/event-data.ts'
import type { Settings } from '#state/settings.ts'
import type { State } from '#state/state.ts'
import type { Actor } from '../activity/actor.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'

/** A policy to save. Fields that older clients do not know are absent and stay unchanged. */
export type SavedPolicy = Omit<CollectionPolicy, 'acceptSparseIndexes'> & {
  readonly acceptSparseIndexes?: boolean | undefined
}

export interface PolicyDeps {
  readonly state: { readonly settings: Pick<Settings, 'policy'> }
}

/** What administrators decided about collections; the default until one was saved. */
export const getPolicy = async ({ state }: PolicyDeps): Promise<CollectionPolicy> =>
  completePolicy(await state.settings.policy())

/**
 * @param asked within `collectionPolicyBounds`, as the contract checks
 * @returns the resulting policy
 */
export async function setPolicy(
  deps: EventDeps & { readonly state: State },
  asked: SavedPolicy,
  actor: Actor,
): Promise<CollectionPolicy> {
  return await deps.state.transaction(async (parts) => {
    const before = await getPolicy({ state: parts })
    const { acceptSparseIndexes = before.acceptSparseIndexes } = asked
    const after = { ...asked, acceptSparseIndexes }
    const changes = differencesOf(before, after)
    await parts.settings.setPolicy(after)
    await parts.activity.record(createEvent(deps, 'policy changed', actor, { changes }))
    return after
  })
}

/** In the order in which the caller gave the fields. */
const differencesOf = (
  before: CollectionPolicy,
  after: CollectionPolicy,
): EventData['policy changed']['changes'] =>
  (Object.keys(after) as (keyof CollectionPolicy)[]).flatMap((field) =>
    before[field] === after[field] ? [] : { field, before: before[field], after: after[field] },
  )
