import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { RegistryChange } from '#registry/registry-change.ts'

/** What happens in repositories while a run goes through them, but for what the run does itself. */
export interface ChangesOfOthers {
  hasChanged(repository: RepositoryName): boolean
  /** Call it before the repository is read again. */
  forget(repository: RepositoryName): void
  /** Call it within the repository's lock, just before a removal. */
  ownBegins(repository: RepositoryName): void
  /** @param isOwn whether a change since then is that of the removal */
  ownEnds(isOwn: (change: RegistryChange) => boolean): void
  stop(): void
}

/**
 * Everything that links or unlinks tags and manifests in this process is told here, while it has
 * the lock of the repository: what is not known within the lock has not happened.
 */
export function watchOthers(
  subscribe: (listener: (change: RegistryChange) => void) => () => void,
): ChangesOfOthers {
  const changed = new Set<RepositoryName>()
  let own: { readonly repository: RepositoryName; readonly seen: RegistryChange[] } | null = null
  const stop = subscribe((change) => {
    if (own?.repository === change.repository) own.seen.push(change)
    else changed.add(change.repository)
  })
  return {
    hasChanged: (repository) => changed.has(repository),
    forget: (repository) => void changed.delete(repository),
    ownBegins: (repository) => void (own = { repository, seen: [] }),
    ownEnds(isOwn) {
      if (own?.seen.some((change) => !isOwn(change))) changed.add(own.repository)
      own = null
    },
    stop,
  }
}
