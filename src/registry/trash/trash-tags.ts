import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { isOfTags, type TrashEntry } from './trash-entry.ts'

type Entry = Pick<
  TrashEntry,
  'id' | 'repository' | 'digest' | 'manifests' | 'isOfRepository' | 'state' | 'deletedAtMs'
>

/**
 * Matches tags that were deleted alone with the image that they showed. A repository that was
 * deleted whole comes back as it was then, without them.
 */
export interface TrashedTags<T extends Entry> {
  /**
   * The entry of the image that these tags showed, if it is in the trash too and can be restored.
   */
  imageOf(tags: T): T | null
  /** Whether that image went to the trash with its repository. */
  isInRepository(tags: T): boolean
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
    } else if (entry.state !== 'claimed' && !entry.isOfRepository) {
      const other = images.get(key)
      if (!other || other.deletedAtMs <= entry.deletedAtMs) images.set(key, entry)
    }
  }
  return {
    imageOf: ({ repository, digest }) => images.get(keyOf(repository, digest)) ?? null,
    isInRepository: ({ repository, digest }) =>
      entries.some(
        (entry) =>
          entry.isOfRepository === true &&
          entry.state !== 'claimed' &&
          entry.repository === repository &&
          entry.manifests.some((manifest) => manifest.digest === digest),
      ),
    tagsOf(image) {
      const key = keyOf(image.repository, image.digest)
      return images.get(key)?.id === image.id ? (tags.get(key) ?? []) : []
    },
  }
}
