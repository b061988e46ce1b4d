import type { RegistryRemover } from '#collector/ports.ts'
import { isOfTags, type TrashEntry } from '#registry/trash-entry.ts'
import type { Trash } from '#registry/trash.ts'
import { theServer } from './actor.ts'
import { listedTags } from './listed-tags.ts'
import type { RecordActivity } from './record-activity.ts'

export interface RecordCollectedPorts {
  readonly trash: Pick<Trash, 'get'>
  readonly record: RecordActivity
  /** The host's log. */
  readonly report: (error: unknown, what: string) => void
}

/**
 * A remover that writes down when an image has left the trash for good: from then on only the
 * activity says where it went. A record that cannot be written does not stop the collection.
 */
export function recordingCollected(
  remover: RegistryRemover,
  { trash, record, report }: RecordCollectedPorts,
): RegistryRemover {
  const attempt = async <T>(act: () => Promise<T>): Promise<T | null> => {
    try {
      return await act()
    } catch (error) {
      report(error, 'a collected image cannot be recorded')
      return null
    }
  }
  const recordEntry = (entry: TrashEntry): Promise<void> =>
    record(isOfTags(entry) ? 'tag collected' : 'image collected', theServer, {
      repository: entry.repository,
      subject: entry.digest,
      detail: `with ${listedTags(entry.tags.map(({ name }) => name))}`,
    })

  return {
    async remove(item, inventoryStartedAtMs) {
      const { step, name } = item
      const entry =
        step === 'trash-entry' && name !== null ? await attempt(() => trash.get(name)) : null
      const outcome = await remover.remove(item, inventoryStartedAtMs)
      if (outcome.kind === 'removed' && entry !== null) await attempt(() => recordEntry(entry))
      return outcome
    },
  }
}
