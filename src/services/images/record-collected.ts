import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { RegistryRemover } from '#gc/ports/registry-remover.ts'
import { isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'
import type { Trash } from '#registry/trash/trash.ts'
import { theServer } from '../activity/actor.ts'
import { tagNamesOf } from './deleted-event.ts'
import { recordActivity, type ActivityDeps } from '../activity/record-activity.ts'
import { writeAtomically } from '../full-disk/write-atomically.ts'
import type { State } from '#state/state.ts'

export interface RecordCollectedDeps extends ActivityDeps {
  readonly state: State
  readonly trash: Pick<Trash, 'get'>
  /** The host's log. */
  readonly reportFailure: (error: unknown, what: string) => void
}

/**
 * A remover that records when an image leaves the trash for good: from then on only the activity
 * says where it went. It records before it removes the entry, which can no longer be restored, and
 * under an id derived from the entry: after a kill in between, the next collection does not record
 * it again. An entry that cannot be recorded stays for the next collection; what it held is
 * collected.
 */
export const recordingCollected = (
  remover: RegistryRemover,
  deps: RecordCollectedDeps,
): RegistryRemover => ({
  ...remover,
  async removeBatch(items, inventoryStartedAtMs) {
    if (items[0]?.step !== 'trash-entry') {
      return await remover.removeBatch(items, inventoryStartedAtMs)
    }
    const recorded = await Promise.all(items.map((item) => isRecorded(deps, item)))
    const others = items.filter((_, position) => recorded[position])
    const outcomes =
      others.length > 0 ? await remover.removeBatch(others, inventoryStartedAtMs) : []
    const outcomeOf = new Map(others.map((item, position) => [item, outcomes[position]]))
    return items.map((item) => outcomeOf.get(item) ?? { kind: 'in use' })
  },
})

/** Whether the entry of an item may go now. */
async function isRecorded(deps: RecordCollectedDeps, { name }: PlannedRemoval): Promise<boolean> {
  try {
    const entry = name === null ? null : await deps.trash.get(name)
    if (entry?.state === 'claimed') await recordCollected(deps, entry)
    return true
  } catch (error) {
    deps.reportFailure(error, 'a collected image cannot be recorded: its trash entry stays for now')
    return false
  }
}

/** Not kept in memory while the state does not answer: the entry can wait. */
const recordCollected = (deps: RecordCollectedDeps, entry: TrashEntry): Promise<void> =>
  writeAtomically(deps.state, (parts) => recordIn({ ...deps, state: parts }, entry))

const recordIn = (deps: ActivityDeps, entry: TrashEntry): Promise<void> =>
  recordActivity(
    deps,
    isOfTags(entry) ? 'tag collected' : 'image collected',
    theServer,
    { digest: entry.digest, tags: tagNamesOf(entry) },
    { id: `${entry.id}-collected`, repository: entry.repository },
  )
