import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Result } from '#domain/values/result.ts'
import type { BeforeChange } from '#registry/before-change.ts'
import type { RepositoryDeleted, RepositoryDeletionRefusal } from '#registry/trash/trash.ts'
import type { RepositoryRemovalRefusal } from '#registry/repositories/repository-removal.ts'
import type { Actor } from '../activity/actor.ts'
import { deletionIn, withWhatRan } from './deleted-event.ts'
import { repositoryDeletionAct } from './deletion-acts.ts'
import { actorName, trashRetentionMs, type DeletionDeps } from './deletion.ts'
import { performRecorded } from './record-exactly-once.ts'
import { removeEmptyRepository, type RepositoryRemovalDeps } from './repository-removal.ts'

export interface RepositoryDeletionRequest {
  readonly repository: RepositoryName
  /** What the person saw in it (`If-Match`). */
  readonly expectedContents?: Digest
  /** The person knows that something in it runs, and named it. */
  readonly confirmedRunning?: boolean
  readonly actor: Actor
  readonly beforeChange?: BeforeChange
}

/**
 * Moves all of a repository to the trash, as one entry, for the policy's retention. An empty one is
 * removed from the list at once: there is nothing to restore.
 */
export async function deleteRepository(
  deps: DeletionDeps & RepositoryRemovalDeps,
  { actor, beforeChange, ...request }: RepositoryDeletionRequest,
): Promise<Result<RepositoryDeleted, RepositoryDeletionRefusal | RepositoryRemovalRefusal>> {
  const { trash } = deps.registry
  const { repository } = request
  const entryID = deps.createId()
  const pending = repositoryDeletionAct(deps, entryID, repository, actor)
  const retentionMs = await trashRetentionMs(deps)
  const deleted = await performRecorded(deps, {
    kind: 'frees',
    act: (announce) =>
      trash.softDeleteRepository({
        ...request,
        deletedBy: actorName(actor),
        retentionMs,
        entryID,
        async beforeChange(isThere) {
          await beforeChange?.()
          if (isThere) await announce([pending])
        },
      }),
    happened: (outcome) => {
      if (!outcome.ok || outcome.value.wasEmpty) return []
      const { entry } = outcome.value
      const { ranIn } = outcome.value
      const fact =
        entry === null
          ? ({ kind: 'repository deleted', data: { images: 0, tags: 0 } } as const)
          : withWhatRan(deletionIn(entry, entry.reference), ranIn)
      return [{ ...pending, event: { ...pending.event, ...fact } }]
    },
  })
  if (!deleted.ok || !deleted.value.wasEmpty) return deleted
  const removed = await removeEmptyRepository(deps, repository, actor, beforeChange)
  return removed.ok ? deleted : removed
}
