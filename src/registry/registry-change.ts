import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'

/** A change in a repository: these tags and manifests were linked, moved or unlinked. */
export interface RegistryChange {
  readonly repository: RepositoryName
  readonly tags: readonly TagName[]
  readonly manifests: readonly Digest[]
  /** All of them were unlinked, so they need not be read again. */
  readonly areUnlinked?: boolean
  /** The repository itself is gone. */
  readonly isGone?: boolean
}

export interface RegistryChanges {
  emit(change: RegistryChange): void
  /** Calls the listener after each change, until the returned function is called. */
  subscribe(listener: (change: RegistryChange) => void): () => void
}

export function createRegistryChanges(): RegistryChanges {
  const listeners = new Set<(change: RegistryChange) => void>()
  return {
    emit(change) {
      for (const listener of listeners) listener(change)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
