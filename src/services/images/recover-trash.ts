import type { Recovery, Trash } from '#registry/trash/trash.ts'
import { deletionIn } from './deleted-event.ts'
import { recoverActs, type RecoverActsDeps } from './record-exactly-once.ts'
import { recordActivity, type ActivityDeps } from '../activity/record-activity.ts'

export interface RecoverTrashDeps extends ActivityDeps, RecoverActsDeps {
  readonly state: ActivityDeps['state'] & RecoverActsDeps['state']
  readonly registry: RecoverActsDeps['registry'] & { readonly trash: Pick<Trash, 'recover'> }
}

/**
 * Finishes what a crash interrupted, before anything else may write. An interrupted deletion was
 * not in the activity yet, so this records it, in the name of its actor.
 */
export async function recoverTrash(deps: RecoverTrashDeps): Promise<Recovery> {
  const { trash } = deps.registry
  const recovery = await trash.recover()
  // First, because the notes have the actor and the address of each deletion.
  await recoverActs(deps)
  for (const id of recovery.deleted) {
    const entry = await trash.get(id)
    if (entry === null) continue
    const { repository, reference, deletedBy } = entry
    const actor = { name: deletedBy, from: null }
    const fact = deletionIn(entry, reference)
    const about = { id, repository }
    // One call for each form of the data.
    if (fact.kind === 'repository deleted') {
      await recordActivity(deps, fact.kind, actor, { ...fact.data, afterRestart: true }, about)
    } else {
      await recordActivity(deps, fact.kind, actor, { ...fact.data, afterRestart: true }, about)
    }
  }
  return recovery
}
