import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { TagLink } from '#graph/live/tag-link.ts'
import { revisionLink, tagHistoryLink, tagLink } from '../layout.ts'
import type { HeldLock, TagChange } from '#coordination/repository-lock.ts'
import { digestOfLink, readLinks, writeLink } from './link.ts'
import { StoreError } from '#storage/errors.ts'
import type {
  GetOutcome,
  ObjectReader,
  ObjectStore,
  PutOptions,
  ReadHints,
} from '#storage/object-store.ts'
import { missingOutcome, readOrNull } from '#storage/single-object.ts'

/** The tag whose link was read. Throws `StoreError` where storage cannot tell. */
export function tagLinkOf(
  outcome: GetOutcome,
  repository: RepositoryName,
  name: TagName,
): TagLink | null {
  const link = readOrNull(outcome, tagLink(repository, name))
  return link && { name, digest: digestOfLink(link), linkedAtMs: link.modifiedAtMs }
}

const readTagOutcomes = async (
  objects: Pick<ObjectReader, 'getMany'>,
  repository: RepositoryName,
  names: readonly TagName[],
  hints?: ReadHints,
): Promise<readonly GetOutcome[]> => {
  if (names.length === 0) return []
  return await readLinks(
    objects,
    names.map((name) => tagLink(repository, name)),
    hints,
  )
}

/**
 * Tags by their names: as many results as names, in their order; null where there is no such tag.
 * Its folder may outlive its link: an interrupted deletion leaves the history.
 * Throws `StoreError` where one of them may not be read. For code that decides a change.
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
 */
export async function readTagLinksForList(
  objects: Pick<ObjectReader, 'getMany'>,
  repository: RepositoryName,
  names: readonly TagName[],
  hints?: ReadHints,
): Promise<readonly (TagLink | null)[]> {
  const outcomes = await readTagOutcomes(objects, repository, names, hints)
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
  objects: Pick<ObjectStore, 'put'>,
  lock: HeldLock,
  repository: RepositoryName,
  tag: TagName,
  digest: Digest,
  options?: PutOptions,
  /** When it was pushed, if it only comes back. The revision's link still tells that it is used. */
  pushedAtMs?: number,
): Promise<void> {
  const ofTag = pushedAtMs === undefined ? options : { ...options, modifiedAtMs: pushedAtMs }
  const before = [
    writeLink(objects, revisionLink(repository, digest), digest, options),
    writeLink(objects, tagHistoryLink(repository, tag, digest), digest, ofTag),
  ]
  // Waits for the end of all, so that none still runs when this rejects.
  await Promise.allSettled(before)
  await Promise.all(before)
  // The link of the manifest too: a removal of it that was sent earlier would take what the tag shows.
  const changes = [{ tag, wanted: digest }, changeOfLink(digest)]
  await lock.changeTags(changes, () => writeLink(objects, tagLink(repository, tag), digest, ofTag))
}

/** A manifest that a repository links, as its lock enters it. */
export const changeOfLink = (digest: Digest): TagChange => ({ tag: digest, wanted: digest })

/** Those of the tags that still point where they should, read from storage now. */
export async function tagsStillAt<T extends Pick<TagLink, 'name' | 'digest'>>(
  objects: Pick<ObjectReader, 'getMany'>,
  repository: RepositoryName,
  tags: readonly T[],
): Promise<readonly T[]> {
  return (await linksStillAt(objects, repository, tags)).map(({ tag }) => tag)
}

/** The same, each with the time at which its link was written. */
export async function linksStillAt<T extends Pick<TagLink, 'name' | 'digest'>>(
  objects: Pick<ObjectReader, 'getMany'>,
  repository: RepositoryName,
  tags: readonly T[],
): Promise<readonly { readonly tag: T; readonly linkedAtMs: number }[]> {
  const links = await readTagLinks(
    objects,
    repository,
    tags.map(({ name }) => name),
  )
  return tags.flatMap((tag, position) => {
    const link = links[position]
    return link?.digest === tag.digest ? [{ tag, linkedAtMs: link.linkedAtMs }] : []
  })
}
