import type { Parsed } from '#domain/parsed.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import type { BeforeChange } from '#registry/before-change.ts'
import type { RemoveRepository, RepositoryRemovalRefusal } from '#registry/repository-removal.ts'
import type { Actor } from './actor.ts'
import { createRecordActivity, type ActivityPorts } from './record-activity.ts'

/** Takes empty repositories out of the list, and records who did. */
export interface RepositoryRemoval {
  remove(
    repository: RepositoryName,
    actor: Actor,
    beforeChange?: BeforeChange,
  ): Promise<Parsed<null, RepositoryRemovalRefusal>>
}

export interface RepositoryRemovalPorts extends ActivityPorts {
  readonly registry: { readonly removeRepository: RemoveRepository }
}

export function createRepositoryRemoval(ports: RepositoryRemovalPorts): RepositoryRemoval {
  const record = createRecordActivity(ports)
  return {
    async remove(repository, actor, beforeChange) {
      const removed = await ports.registry.removeRepository(repository, beforeChange)
      if (removed.ok) await record('repository removed', actor, { repository })
      return removed
    },
  }
}
