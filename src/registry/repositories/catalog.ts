import type { Digest } from '#domain/values/digest.ts'
import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { sliceOfLinks, slicesInOrder } from '../in-order.ts'
import { linkedOnes, type RepositoryReader } from '../queries/graph/repository-reader.ts'
import { repositoriesFolder, repositoryFolder } from '../layout.ts'
import { namesBelow } from '../names-below.ts'
import { isRepository, walkRepositories } from './repository-walk.ts'
import { StoreError } from '#storage/errors.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { readTagLinks } from '../tags/tag-links.ts'
import type { NamePage } from '../tags/tag-page.ts'
import type { TagLink } from '#graph/live/tag-link.ts'

/**
 * The repositories, tags and manifests that exist, read from storage at each call. Reads no
 * contents of manifests.
 */
export interface Catalog {
  /**
   * Every repository, sorted by name in code unit order, as `_catalog` needs it. A repository is a
   * folder that has `_layers`, `_manifests` or `_uploads`; it may be empty. An unreadable folder
   * may be a repository, so the result includes it. Rejects where the folder of all repositories is
   * unreadable.
   */
  repositories(): Promise<readonly RepositoryName[]>
  has(repository: RepositoryName): Promise<boolean>
  /**
   * The names of tags, sorted by code units. For a page of them, reads only the links of that page.
   */
  tagNames(repository: RepositoryName, page?: NamePage): Promise<readonly TagName[]>
  tag(repository: RepositoryName, tag: TagName): Promise<TagLink | null>
  /** All tags in batches, in no promised order. */
  tags(repository: RepositoryName, reader?: RepositoryReader): AsyncIterable<readonly TagLink[]>
  /** The digests of all linked manifests, tagged or not, in batches. */
  revisions(repository: RepositoryName, reader?: RepositoryReader): AsyncIterable<readonly Digest[]>
}

/** A larger page is cut from all names, which several threads look at. */
const maximumPage = 2000
/** How many links of all names are looked at in one call, which takes a few milliseconds. */
const linksAtOnce = 1000

const compareCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

interface CatalogDeps {
  readonly objects: ObjectReader
  /** Creates the reader of one list, which decides how and on which thread it reads storage. */
  readonly openRepositoryReader: () => RepositoryReader
}

export function createCatalog(
  objects: ObjectReader,
  openRepositoryReader: CatalogDeps['openRepositoryReader'],
): Catalog {
  const deps = { objects, openRepositoryReader }
  return {
    repositories: () => listRepositories(deps),
    has: (repository) => hasRepository(deps, repository),
    tagNames: (repository, page) => listTagNames(deps, repository, page),
    tag: (repository, name) => readTag(deps, repository, name),
    tags: (repository, reads = openRepositoryReader()) => readTags(repository, reads),
    revisions: (repository, reads = openRepositoryReader()) => readRevisions(repository, reads),
  }
}

async function listRepositories({ objects }: CatalogDeps): Promise<readonly RepositoryName[]> {
  const names: RepositoryName[] = []
  for await (const folder of walkRepositories(objects)) {
    if (folder.kind === 'repository') names.push(folder.name)
    if (folder.kind !== 'hidden' || !folder.isUnreadable) continue
    // Without this folder nothing is known at all: an error is right, and an empty list would be
    // wrong.
    if (folder.name === '') throw new StoreError('DENIED', repositoriesFolder)
    const name = parseRepositoryName(folder.name)
    if (name.ok) names.push(name.value)
  }
  return names.toSorted(compareCodeUnits)
}

async function hasRepository(
  { objects }: CatalogDeps,
  repository: RepositoryName,
): Promise<boolean> {
  const names = await namesBelow(objects, `${repositoryFolder(repository)}/`)
  return isRepository(names.keys())
}

async function readTag(
  { objects }: CatalogDeps,
  repository: RepositoryName,
  name: TagName,
): Promise<TagLink | null> {
  const [link = null] = await readTagLinks(objects, repository, [name])
  return link
}

async function listTagNames(
  { openRepositoryReader }: CatalogDeps,
  repository: RepositoryName,
  { after, atMost }: NamePage = { after: '', atMost: Infinity },
): Promise<readonly TagName[]> {
  const reads = openRepositoryReader()
  if (atMost <= maximumPage) return (await reads.tagPage(repository, { after, atMost })).names
  const folders = (await reads.tagNames(repository))
    .filter((name) => name > after)
    .toSorted(compareCodeUnits)
  const names: TagName[] = []
  const look = (slice: readonly TagName[]) => reads.tagsWithLink(repository, slice)
  for await (const linked of slicesInOrder(folders, look, linksAtOnce)) names.push(...linked)
  return names.slice(0, atMost)
}

async function* readTags(
  repository: RepositoryName,
  reads: RepositoryReader,
): AsyncGenerator<readonly TagLink[]> {
  const names = await reads.tagNames(repository)
  yield* slicesInOrder(names, (slice) => reads.tags(repository, slice), sliceOfLinks)
}

async function* readRevisions(
  repository: RepositoryName,
  reads: RepositoryReader,
): AsyncGenerator<readonly Digest[]> {
  const digests = await reads.revisionNames(repository)
  // Distribution leaves the folder of a deleted revision behind, empty.
  yield* slicesInOrder(digests, async (slice) =>
    linkedOnes(slice, await reads.linkTimes(repository, slice)),
  )
}
