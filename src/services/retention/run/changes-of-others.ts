import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { RegistryChange } from '#registry/registry-change.ts'

/** What happens in repositories while a run goes through them, but for what the run does itself. */
export interface ChangesOfOthers {
  /**
   * Asked within the repository's lock, before a removal. Rejects if it cannot be told what other
   * servers have changed.
   */
  hasChanged(repository: RepositoryName): Promise<boolean>
  /** Call it before the repository is read again. */
  forget(repository: RepositoryName): void
  /** Call it within the repository's lock, just before a removal. */
  ownBegins(repository: RepositoryName): void
  /** @param isOwn whether a change since then is that of the removal */
  ownEnds(isOwn: (change: RegistryChange) => boolean): void
  stop(): void
}

/**
 * Everything that links or unlinks tags and manifests is told here, while it has the lock of the
 * repository, and by another server before it gives the lock back: what is not known within the lock
 * has not happened.
 *
 * @param hear resolves when all that other servers told before is told here
 */
export function watchOthers(
  subscribe: (listener: (change: RegistryChange) => void) => () => void,
  hear: () => Promise<void>,
): ChangesOfOthers {
  const changed = new Set<RepositoryName>()
  let own: { readonly repository: RepositoryName; readonly seen: RegistryChange[] } | null = null
  const stop = subscribe((change) => {
    if (own?.repository === change.repository) own.seen.push(change)
    else changed.add(change.repository)
  })
  return {
    async hasChanged(repository) {
      await hear()
      return changed.has(repository)
    },
    forget: (repository) => void changed.delete(repository),
    ownBegins: (repository) => void (own = { repository, seen: [] }),
    ownEnds(isOwn) {
      if (own?.seen.some((change) => !isOwn(change))) changed.add(own.repository)
      own = null
    },
    stop,
  }
}
