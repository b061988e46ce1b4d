import type { Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { BeforeChange } from '#registry/before-change.ts'
import type { Registry } from '#registry/registry.ts'
import type { RepositoryRemovalRefusal } from '#registry/repositories/repository-removal.ts'
import type { Actor } from '../activity/actor.ts'
import type { PendingAct } from '#state/pending-acts.ts'
import { performRecorded, type RecordActDeps } from './record-exactly-once.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'

export interface RepositoryRemovalDeps extends EventDeps, RecordActDeps {
  readonly registry: Pick<Registry, 'removeRepository'>
}

/** Removes an empty repository from the list, and records the actor. */
export async function removeEmptyRepository(
  deps: RepositoryRemovalDeps,
  repository: RepositoryName,
  actor: Actor,
  beforeChange?: BeforeChange,
): Promise<Result<null, RepositoryRemovalRefusal>> {
  const pending: PendingAct = {
    event: createEvent(deps, 'repository removed', actor, {}, { repository }),
    witness: { kind: 'repository gone', repository },
    push: null,
  }
  return await performRecorded(deps, {
    kind: 'frees',
    act: (announce) =>
      deps.registry.removeRepository(repository, async () => {
        await beforeChange?.()
        await announce([pending])
      }),
    happened: ({ ok }) => (ok ? [pending] : []),
  })
}
