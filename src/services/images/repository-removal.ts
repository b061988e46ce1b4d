import type { Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { BeforeChange } from '#registry/before-change.ts'
import type {
  RemoveRepository,
  RepositoryRemovalRefusal,
} from '#registry/repositories/repository-removal.ts'
import type { Actor } from '../activity/actor.ts'
import type { PendingAct } from '#state/pending-acts.ts'
import type { ActRecorder } from './acts.ts'
import { createEvents, type ActivityPorts } from '../activity/record-activity.ts'

/** Takes empty repositories out of the list, and records who did. */
export interface RepositoryRemoval {
  remove(
    repository: RepositoryName,
    actor: Actor,
    beforeChange?: BeforeChange,
  ): Promise<Result<null, RepositoryRemovalRefusal>>
}

export interface RepositoryRemovalPorts extends Omit<ActivityPorts, 'activity'> {
  readonly acts: Pick<ActRecorder, 'recorded'>
  readonly registry: { readonly removeRepository: RemoveRepository }
}

export function createRepositoryRemoval(ports: RepositoryRemovalPorts): RepositoryRemoval {
  const createEvent = createEvents(ports)
  return {
    async remove(repository, actor, beforeChange) {
      const pending: PendingAct = {
        event: createEvent('repository removed', actor, { repository }),
        witness: { kind: 'repository gone', repository },
        push: null,
      }
      return await ports.acts.recorded({
        kind: 'frees',
        act: (announce) =>
          ports.registry.removeRepository(repository, async () => {
            await beforeChange?.()
            await announce([pending])
          }),
        happened: ({ ok }) => (ok ? [pending] : []),
      })
    },
  }
}
