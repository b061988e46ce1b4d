import type { Digest } from '#domain/values/digest.ts'

/** The parts of a repository that may have changed: links, and what a tag remembers. */
export interface RepositoryParts {
  readonly tags: ReadonlySet<string>
  readonly revisions: ReadonlySet<Digest>
  readonly layers: ReadonlySet<Digest>
  /** Any of its uploads. */
  readonly uploads: boolean
}

/** What may have changed since a look at the store. */
export interface StoreChanges {
  readonly blobs: ReadonlySet<Digest>
  /** By name; `whole`: anything in it. */
  readonly repositories: ReadonlyMap<string, RepositoryParts | 'whole'>
  readonly trash: boolean
}
