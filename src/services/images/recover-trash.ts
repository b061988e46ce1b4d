import { isOfTags } from '#registry/trash/trash-entry.ts'
import type { Recovery, Trash } from '#registry/trash/trash.ts'
import type { ActRecorder } from './acts.ts'
import type { RecordActivity } from '../activity/record-activity.ts'

export interface RecoverTrashPorts {
  readonly trash: Pick<Trash, 'recover' | 'get'>
  readonly record: RecordActivity
  /** Knows from whom and from where deletions were that it had noted. */
  readonly acts: Pick<ActRecorder, 'recover'>
}

/**
 * Finishes what a crash interrupted, before anything else may write. A deletion that was cut short
 * had not reached the activity yet, so it is recorded now, in the name of whoever asked for it.
 */
export async function recoverTrash({ trash, record, acts }: RecoverTrashPorts): Promise<Recovery> {
  const recovery = await trash.recover()
  await acts.recover()
  for (const id of recovery.deleted) {
    const entry = await trash.get(id)
    if (entry === null) continue
    const { repository, reference, digest, deletedBy } = entry
    const detail = `${digest}, finished after a restart`
    await record(
      isOfTags(entry) ? 'tag deleted' : 'image deleted',
      { name: deletedBy, from: null },
      { id, repository, subject: reference, detail },
    )
  }
  return recovery
}
