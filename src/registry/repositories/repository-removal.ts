import type { IsGivenUp } from '#domain/time/clock.ts'
import { ok, err, type Result, type Refusal } from '#domain/values/result.ts'
import { countOf } from '#domain/values/packed-digests.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName } from '#domain/values/tag-name.ts'
import type { BeforeChange } from '../before-change.ts'
import { repositoriesFolder, repositoryFolder, tagIndexFolder, tagsFolder } from '../layout.ts'
import { removeRemains } from '../manifests/unlink.ts'
import { namesBelow } from '../names-below.ts'
import { scannerOver } from '#storage/scanner-over-lists.ts'
import { readRepositoryContents } from '../inventory/repository-contents.ts'
import { imageCountOf, isOfTags } from '../trash/trash-entry.ts'
import type { TrashOptions } from '../trash/trash-options.ts'

export interface RepositoryRemovalRefusal extends Refusal {
  readonly code: 'NO_SUCH_REPOSITORY' | 'REPOSITORY_NOT_EMPTY'
}

/**
 * `_layers` is last: docker-registry recognizes a repository by it, so both list the repository or
 * neither does.
 */
const markers = ['_uploads', '_manifests', '_layers'] as const

type RepositoryRemovalDeps = Pick<
  TrashOptions,
  'objects' | 'catalog' | 'changes' | 'store' | 'runLocked'
>

/**
 * Removes a repository that is empty and has nothing in the trash. After that no software lists it
 * any more. It needs no record of the intent, because it removes only empty folders: a crash in
 * between leaves an empty repository, and a client that pushes during the removal keeps its files.
 */
export const removeRepository = (
  deps: RepositoryRemovalDeps,
  repository: RepositoryName,
  beforeChange?: BeforeChange,
  isGivenUp?: IsGivenUp,
): Promise<Result<null, RepositoryRemovalRefusal>> =>
  deps.runLocked(
    repository,
    async () => {
      if (!(await deps.catalog.has(repository))) {
        const message = `there is no repository ${repository}`
        return err({ code: 'NO_SUCH_REPOSITORY', message })
      }
      await beforeChange?.()
      const content = await contentOf(deps, repository)
      if (content !== null) {
        const message = `${repository} is not empty: ${content}`
        return err({ code: 'REPOSITORY_NOT_EMPTY', message })
      }
      await forgetTrashedTags(deps, repository)
      await forgetHistory(deps, repository)
      for (const marker of markers) {
        const folder = `${repositoryFolder(repository)}/${marker}/` as const
        const [isGone = false] = await deps.objects.pruneMany([folder])
        if (isGone) continue
        const message = `${repository} is not empty any more: someone has just pushed to it`
        return err({ code: 'REPOSITORY_NOT_EMPTY', message })
      }
      await tidy(deps, repository)
      deps.changes.emit({ repository, tags: [], manifests: [], isGone: true })
      return ok(null)
    },
    isGivenUp,
  )

/** Why the repository is not empty, in words; null when it is empty. */
async function contentOf(
  { objects, store }: RepositoryRemovalDeps,
  name: RepositoryName,
): Promise<string | null> {
  const { files, broken } = await store.readable()
  const trashed = files
    .filter((file) => file.repository === name && !isOfTags(file))
    .reduce((sum, file) => sum + Math.max(1, imageCountOf(file)), 0)
  if (trashed > 0) {
    const images = counted(trashed, 'image')
    return `the trash holds ${images} of it: restore or collect what is there first`
  }
  if (broken.length > 0) return `the trash entry ${broken[0]} cannot be read, and may be of it`
  const scanner = scannerOver(objects)
  const contents = await readRepositoryContents({ objects, scanner }, name)
  const { tags, revisions, layers, uploads, faults, aliases = [] } = contents
  const [fault] = faults
  if (fault) return fault.reason
  const parts = [
    counted(tags.length, 'tag'),
    counted(countOf(revisions), 'manifest'),
    counted(countOf(layers) + aliases.length, 'layer'),
    counted(uploads.length, 'unfinished upload'),
  ].filter((words) => !words.startsWith('0 '))
  if (parts.length === 0) return null
  const advice =
    tags.length + countOf(revisions) > 0
      ? 'delete them first'
      : 'a collection takes those that nobody needs; try again after the next one'
  return `it has ${parts.join(', ')}: ${advice}`
}

/**
 * Removes trash entries of tags alone: the images of these tags are gone, so no tag can be
 * restored.
 */
async function forgetTrashedTags(
  { store }: RepositoryRemovalDeps,
  name: RepositoryName,
): Promise<void> {
  const { files } = await store.readable()
  for (const file of files) {
    if (file.repository === name && isOfTags(file)) await store.remove(file.id)
  }
}

/** Removes the histories that interrupted deletions of tags left. */
async function forgetHistory(
  { objects }: RepositoryRemovalDeps,
  name: RepositoryName,
): Promise<void> {
  const names = await namesBelow(objects, `${tagsFolder(name)}/`)
  const histories = [...names.keys()].flatMap((text) => {
    const tag = parseTagName(text)
    return tag.ok ? [{ prefix: `${tagIndexFolder(name, tag.value)}/` as const }] : []
  })
  await removeRemains(objects, histories)
}

/** Removes the folders above the repository that have become empty. */
async function tidy({ objects }: RepositoryRemovalDeps, name: RepositoryName): Promise<void> {
  let folder = repositoryFolder(name)
  while (folder !== repositoriesFolder) {
    // A folder that has only empty ones may be a repository.
    if ((await namesBelow(objects, `${folder}/`)).size > 0) return
    const [isGone = false] = await objects.pruneMany([`${folder}/`])
    if (!isGone) return
    folder = folder.slice(0, folder.lastIndexOf('/'))
  }
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`
