import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { isOfTags, type TrashEntry } from './trash-entry.ts'

type Entry = Pick<
  TrashEntry,
  'id' | 'repository' | 'digest' | 'manifests' | 'state' | 'deletedAtMs'
>

/** Matches tags that were deleted alone with the image that they showed. */
export interface TrashedTags<T extends Entry> {
  /**
   * The entry of the image that these tags showed, if it is in the trash too and can be restored.
   */
  imageOf(tags: T): T | null
  /**
   * Entries of tags that come back with an image; none where the trash has a later entry of the
   * image.
   */
  tagsOf(image: T): readonly T[]
}

const keyOf = (repository: RepositoryName, digest: Digest): string => `${repository} ${digest}`

export function matchTrashedTags<T extends Entry>(entries: readonly T[]): TrashedTags<T> {
  const images = new Map<string, T>()
  const tags = new Map<string, T[]>()
  for (const entry of entries) {
    const key = keyOf(entry.repository, entry.digest)
    if (isOfTags(entry)) {
      if (entry.state === 'held') tags.set(key, [...(tags.get(key) ?? []), entry])
    } else if (entry.state !== 'claimed') {
      const other = images.get(key)
      if (!other || other.deletedAtMs <= entry.deletedAtMs) images.set(key, entry)
    }
  }
  return {
    imageOf: ({ repository, digest }) => images.get(keyOf(repository, digest)) ?? null,
    tagsOf(image) {
      const key = keyOf(image.repository, image.digest)
      return images.get(key)?.id === image.id ? (tags.get(key) ?? []) : []
    },
  }
}
