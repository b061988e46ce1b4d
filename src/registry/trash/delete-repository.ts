import type { HeldLock } from '#coordination/repository-lock.ts'
import type { Digest } from '#domain/values/digest.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import { wholeRepository } from '#graph/algorithms/whole-repository.ts'
import { blobFile } from '../layout.ts'
import { unlink } from '../manifests/unlink.ts'
import { contentsDigest } from '../repositories/contents-digest.ts'
import { headObjects } from '#storage/single-object.ts'
import { refuseIfProtected } from '../tags/protected-tags.ts'
import { clustersOf, findRunning, imageRunning } from '../running/refuse-if-running.ts'
import { entryFor, moveToTrash } from './move-to-trash.ts'
import { readUnit } from './read-unit.ts'
import type { RepositoryDeleted, RepositoryDeletion, RepositoryDeletionRefusal } from './trash.ts'
import type { TrashOptions } from './trash-options.ts'

type Outcome = Result<RepositoryDeleted, RepositoryDeletionRefusal>

/**
 * Sends all images and tags of a repository to the trash, in one entry that restores all of them.
 * Layers stay linked, so a push that is under way can end: its image is in the repository then.
 * Call it while the repository is locked.
 */
export async function deleteRepository(
  options: TrashOptions,
  lock: HeldLock,
  request: RepositoryDeletion,
): Promise<Outcome> {
  const { objects, catalog, graphs, changes } = options
  const { repository, beforeChange, expectedContents } = request
  if (!(await catalog.has(repository))) {
    const message = `there is no repository ${repository}: check its name`
    return err({ code: 'NO_SUCH_REPOSITORY', message })
  }
  const graph = await graphs.readWhole(repository)
  const revisions = await revisionsOf(options, repository)
  const wasEmpty = graph.tags.size === 0 && revisions.length === 0
  await beforeChange?.(!wasEmpty)
  if (wasEmpty) return ok({ entry: null, wasEmpty })
  if (expectedContents !== undefined) {
    const contents = await contentsDigest(options, graph)
    if (contents !== expectedContents) return err(changed(repository))
  }
  const [unreadable] = graph.unreadable
  if (unreadable !== undefined) {
    return err(notRestorable(repository, `${unreadable} cannot be read`))
  }
  const refusal = await refuseIfProtected(options.findProtection, repository, [
    ...graph.tags.keys(),
  ])
  if (refusal !== null) return err(refusal)
  const digests = new Set([...revisions, ...graph.manifests.keys()])
  const running = await findRunning(options.findReported, repository, graph, digests)
  if (running.length > 0 && !request.confirmedRunning) {
    return err(imageRunning(repository, repository, running))
  }
  const { bytes, ...read } = await readUnit(options, repository, unitOf(graph, revisions))
  const kept = new Set(read.manifests.map(({ digest }) => digest))
  const lost = revisions.filter((digest) => !kept.has(digest))
  const heads = await headObjects(objects, lost.map(blobFile))
  const stored = lost.find((_, position) => heads[position] !== null)
  if (stored !== undefined) {
    return err(notRestorable(repository, `its manifest ${stored} cannot be kept`))
  }
  const links = [...graph.tags.values()]
  const tags = links.flatMap(({ name, digest, linkedAtMs }) =>
    digest === null ? [] : [{ name, digest, pushedAtMs: linkedAtMs }],
  )
  const digest = read.manifests[0]?.digest ?? tags[0]?.digest
  const entry =
    digest === undefined
      ? null
      : await moveToTrash(
          options,
          lock,
          entryFor(
            options,
            { ...request, reference: digest },
            { ...read, digest, tags, isOfRepository: true },
          ),
          bytes,
        )
  // Links to nothing: there is nothing that could be restored.
  const broken = links.filter((link) => link.digest === null)
  await unlink(objects, lock, repository, {
    tags: broken,
    manifests: lost.map((each) => ({ digest: each, mediaType: '' })),
  })
  changes.emit({
    repository,
    tags: broken.map(({ name }) => name),
    manifests: lost,
    areUnlinked: true,
  })
  return ok({ entry, wasEmpty, ...(running.length > 0 && { ranIn: clustersOf(running) }) })
}

async function revisionsOf(
  { catalog }: Pick<TrashOptions, 'catalog'>,
  repository: RepositoryName,
): Promise<readonly Digest[]> {
  const revisions: Digest[] = []
  for await (const digests of catalog.revisions(repository)) revisions.push(...digests)
  return revisions
}

/** Everything that the repository links; first what is no manifest that we understand. */
function unitOf(
  graph: RepositoryGraph,
  revisions: readonly Digest[],
): Parameters<typeof readUnit>[2] {
  const understood = Array.from(
    wholeRepository(graph.view),
    ([{ digest }, role]) => [digest, role] as const,
  )
  const others = revisions.filter((digest) => graph.manifest(digest) === undefined)
  return new Map([...others.map((digest) => [digest, 'image'] as const), ...understood])
}

const changed = (repository: RepositoryName): RepositoryDeletionRefusal => ({
  code: 'REFERENCE_CHANGED',
  message: `${repository} has changed since you looked: look again before deleting it`,
})

const notRestorable = (repository: RepositoryName, why: string): RepositoryDeletionRefusal => ({
  code: 'MANIFEST_UNREADABLE',
  message: `${repository} is left as it is, because it could never be restored whole: ${why}; delete its other images one by one, or mend the storage first`,
})
