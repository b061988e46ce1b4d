import type { Digest } from '#domain/digest.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import type { TagName } from '#domain/tag-name.ts'
import { revisionLink, tagCurrentFolder, tagFolder, tagHistoryLink, tagLink } from './layout.ts'
import { writeLink } from './link.ts'
import type { Storage } from './storage.ts'

/**
 * Points a tag at a manifest as Distribution does: into the tag's history first, then the link. The
 * revision's link is written again, so that a collection under way sees that it is in use.
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
  // Whatever happens to one, the other is over when this fails.
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
