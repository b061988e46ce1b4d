import type { RegistryRemover } from '#gc/ports/registry-remover.ts'
import { isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'
import type { Trash } from '#registry/trash/trash.ts'
import { theServer } from '../activity/actor.ts'
import { listedTags } from './listed-tags.ts'
import { recordActivity, type ActivityDeps } from '../activity/record-activity.ts'

export interface RecordCollectedDeps extends ActivityDeps {
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
  async remove(item, inventoryStartedAtMs) {
    const { step, name } = item
    if (step === 'trash-entry' && name !== null) {
      try {
        const entry = await deps.trash.get(name)
        if (entry?.state === 'claimed') await recordCollected(deps, entry)
      } catch (error) {
        deps.reportFailure(
          error,
          'a collected image cannot be recorded: its trash entry stays for now',
        )
        return { kind: 'in use' }
      }
    }
    return await remover.remove(item, inventoryStartedAtMs)
  },
})

const recordCollected = (deps: ActivityDeps, entry: TrashEntry): Promise<void> =>
  recordActivity(deps, isOfTags(entry) ? 'tag collected' : 'image collected', theServer, {
    id: `${entry.id}-collected`,
    repository: entry.repository,
    subject: entry.digest,
    detail: `with ${listedTags(entry.tags.map(({ name }) => name))}`,
  })
