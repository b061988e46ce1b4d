import { whenKnown, type Awaitable } from '#domain/values/awaitable.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { mapInBatches } from '../in-batches.ts'
import { revisionLink, tagCurrentFolder, tagFolder, tagHistoryLink, tagLink } from '../layout.ts'
import { digestInLink, digestOfLink, readLinks, writeLink } from './link.ts'
import { StoreError } from '#storage/errors.ts'
import type { GetOutcome, ObjectReader } from '#storage/object-store.ts'
import { missingOutcome, readOrNull } from '#storage/single-object.ts'
import type { Storage, StorageReader } from '#storage/storage.ts'

/** A tag as its link states it. */
export interface TagLink {
  readonly name: TagName
  /** Null when the link is empty or holds no digest: the tag cannot be pulled. */
  readonly digest: Digest | null
  /** When it last came to point there. Milliseconds since the epoch. */
  readonly linkedAtMs: number
  /** The link exists, but storage does not give its contents, for example for lack of rights. */
  readonly isUnreadable?: true
}

/**
 * Null where there is no such tag. Its folder may outlive its link: an interrupted deletion leaves
 * the history.
 */
export const readTagLink = (
  storage: StorageReader,
  repository: RepositoryName,
  name: TagName,
): Awaitable<TagLink | null> =>
  whenKnown(storage.open(tagLink(repository, name), { whole: true }), (file) =>
    file === null
      ? null
      : whenKnown(digestInLink(file), (digest) => ({
          name,
          digest,
          linkedAtMs: file.modifiedAtMs,
        })),
  )

function tagLinkOf(outcome: GetOutcome, repository: RepositoryName, name: TagName): TagLink | null {
  const link = readOrNull(outcome, tagLink(repository, name))
  return link && { name, digest: digestOfLink(link), linkedAtMs: link.modifiedAtMs }
}

const readTagOutcomes = (
  objects: Pick<ObjectReader, 'getMany'>,
  repository: RepositoryName,
  names: readonly TagName[],
): Promise<readonly GetOutcome[]> =>
  readLinks(
    objects,
    names.map((name) => tagLink(repository, name)),
  )

/**
 * Tags by their names: as many results as names, in their order; null where there is no such tag.
 * Throws `StoreError` where one of them may not be read. For code that decides a change.
 *
 * @public
 */
export async function readTagLinks(
  objects: Pick<ObjectReader, 'getMany'>,
  repository: RepositoryName,
  names: readonly TagName[],
): Promise<readonly (TagLink | null)[]> {
  const outcomes = await readTagOutcomes(objects, repository, names)
  return names.map((name, position) =>
    tagLinkOf(outcomes[position] ?? missingOutcome(name), repository, name),
  )
}

/**
 * The same for lists: instead of throwing, reports a tag that may not be read as `isUnreadable`.
 *
 * @public
 */
export async function readTagLinksForList(
  objects: Pick<ObjectReader, 'getMany'>,
  repository: RepositoryName,
  names: readonly TagName[],
): Promise<readonly (TagLink | null)[]> {
  const outcomes = await readTagOutcomes(objects, repository, names)
  return names.map((name, position) => {
    try {
      return tagLinkOf(outcomes[position] ?? missingOutcome(name), repository, name)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      return { name, digest: null, linkedAtMs: 0, isUnreadable: true }
    }
  })
}

/**
 * Points a tag at a manifest as Distribution does: first writes the tag's history, then the link.
 * Writes the revision's link again, so that a running collection sees that it is in use.
 */
export async function linkTag(
  storage: Storage,
  repository: RepositoryName,
  tag: TagName,
  digest: Digest,
): Promise<void> {
  const before = [
    writeLink(storage, revisionLink(repository, digest), digest),
    writeLink(storage, tagHistoryLink(repository, tag, digest), digest),
  ]
  // Waits for the end of all, so that none still runs when this rejects.
  await Promise.allSettled(before)
  await Promise.all(before)
  await writeLink(storage, tagLink(repository, tag), digest)
}

/** Removes a tag and its history, the link first: a crash in between leaves no tag. */
export async function unlinkTag(
  storage: Storage,
  repository: RepositoryName,
  tag: TagName,
): Promise<void> {
  await storage.remove(tagCurrentFolder(repository, tag))
  await storage.remove(tagFolder(repository, tag))
}

/** Those of the tags that still point where they should, read from storage now. */
export async function tagsStillAt(
  storage: StorageReader,
  repository: RepositoryName,
  tags: readonly { readonly name: TagName; readonly digest: Digest }[],
): Promise<readonly { readonly name: TagName; readonly digest: Digest }[]> {
  const found = await mapInBatches(tags, async (tag) => {
    const link = await readTagLink(storage, repository, tag.name)
    return link?.digest === tag.digest ? [tag] : []
  })
  return found.flat()
}
