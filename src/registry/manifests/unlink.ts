import type { Digest } from '#domain/values/digest.ts'
import { mediaTypes } from '#domain/values/media-type.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { ObjectStore, Prefix } from '#storage/object-store.ts'
import type { HeldLock } from '#coordination/repository-lock.ts'
import { expectRemoved, listAll } from '#storage/single-object.ts'
import { revisionFolder, revisionLink, tagFolder, tagHistoryLink, tagLink } from '../layout.ts'
import type { TagLink } from '#graph/live/tag-link.ts'

type Remover = Pick<ObjectStore, 'deleteMany' | 'list' | 'pruneMany'>

/** What a repository shall no longer have. */
export interface Unlinked {
  readonly tags: readonly Pick<TagLink, 'name' | 'digest'>[]
  /** An index before what it lists. */
  readonly manifests: readonly { readonly digest: Digest; readonly mediaType: string }[]
}

/**
 * Removes tags, then manifests, and the histories of these tags. Can be repeated. What another
 * writer links again during the call stays linked.
 */
export async function unlink(
  objects: Remover,
  lock: HeldLock,
  repository: RepositoryName,
  { tags, manifests }: Unlinked,
): Promise<void> {
  const changes = [...tags.map(({ name }) => name), ...manifests.map(({ digest }) => digest)]
  await lock.changeTags(
    changes.map((tag) => ({ tag, wanted: null })),
    async () => {
      if (tags.length > 0) await unlinkTags(objects, repository, tags)
      for (const group of inGroups(manifests)) {
        const keys = group.map((digest) => revisionLink(repository, digest))
        expectRemoved(await objects.deleteMany(keys), keys)
      }
    },
  )
  await removeRemains(objects, [
    ...tags.map(({ name }) => ({
      prefix: `${tagFolder(repository, name)}/` as const,
      link: tagLink(repository, name),
    })),
    ...manifests.map(({ digest }) => ({
      prefix: `${revisionFolder(repository, digest)}/` as const,
      link: revisionLink(repository, digest),
    })),
  ])
}

/**
 * A crash during the call may leave a tag without its history, which can be pulled as before, or a
 * history without a tag.
 */
async function unlinkTags(
  objects: Remover,
  repository: RepositoryName,
  tags: Unlinked['tags'],
): Promise<void> {
  const links = tags.map(({ name }) => tagLink(repository, name))
  // Most tags never pointed anywhere else.
  const histories = tags.flatMap(({ name, digest }) =>
    digest === null ? [] : [tagHistoryLink(repository, name, digest)],
  )
  const outcomes = await objects.deleteMany([...links, ...histories])
  // What hides a history is removed with the remains.
  expectRemoved(outcomes.slice(0, links.length), links)
}

const images: ReadonlySet<string> = new Set([mediaTypes.ociImage, mediaTypes.dockerImage])

/**
 * Manifests that can be unlinked at the same time: an index must never be linked without what it
 * lists, so a group ends with each manifest that may list others.
 */
function* inGroups(manifests: Unlinked['manifests']): Generator<readonly Digest[]> {
  let group: Digest[] = []
  for (const { digest, mediaType } of manifests) {
    group.push(digest)
    if (images.has(mediaType)) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

interface Remains {
  readonly prefix: Exclude<Prefix, ''>
  /** If this exists, another writer has just set it: then everything stays. */
  readonly link?: string
}

/** Nearly always only empty folders remain. */
export async function removeRemains(objects: Remover, places: readonly Remains[]): Promise<void> {
  if (places.length === 0) return
  const areGone = await objects.pruneMany(places.map(({ prefix }) => prefix))
  const left = places.filter((_, position) => areGone[position] !== true)
  if (left.length === 0) return
  const keys: string[] = []
  for (const { prefix, link } of left) {
    const below = (await listAll(objects, prefix)).flatMap((listed) =>
      listed.kind !== 'prefix' && listed.key.startsWith(prefix) ? [listed.key] : [],
    )
    if (link === undefined || !below.includes(link)) keys.push(...below)
  }
  expectRemoved(await objects.deleteMany(keys), keys)
  await objects.pruneMany(left.map(({ prefix }) => prefix))
}
