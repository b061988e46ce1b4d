import type { IsGivenUp } from '#domain/time/clock.ts'
import type { BatchOutcome, RegistryRemover, RemovalOutcome } from '#gc/ports/registry-remover.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import type { Catalog } from '../repositories/catalog.ts'
import {
  blobFile,
  blobFolder,
  layerFolder,
  layerLink,
  revisionFolder,
  revisionLink,
  tagHistoryLink,
} from '../layout.ts'
import type { RegistryChanges } from '../registry-change.ts'
import { keysOf } from './planned-keys.ts'
import { eachOf, removeParsed, removeUndecided, untouched } from './batch-outcomes.ts'
import { mayStillCome, removeKeys, removeLinks } from './remove-keys.ts'
import type { FolderOf, LeaseControl } from '#coordination/blob-leases.ts'
import type { RunLocked } from '#coordination/repository-lock.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import { parseStoredId, type StoredId } from '../stored-id.ts'
import type { TrashStore } from '../trash/trash-store.ts'
import type { Uploads } from '../uploads/uploads.ts'

export interface RemoverOptions {
  readonly catalog: Catalog
  readonly trash: TrashStore
  readonly runLocked: RunLocked
  readonly changes: RegistryChanges
  readonly leases: Pick<LeaseControl, 'condemn' | 'sentence'>
  readonly uploads: Pick<Uploads, 'takeAbandoned'>
  readonly objects: Pick<ObjectStore, 'deleteMany'>
  /**
   * By how many milliseconds the store's stamp of a write may be older than our time. Default: one
   * tick of the kernel.
   */
  readonly stampsLagMs?: () => number
}

const tickOfKernelMs = 50

const absent: RemovalOutcome = { kind: 'absent' }
const inUse: RemovalOutcome = { kind: 'in use' }
const removed: RemovalOutcome = { kind: 'removed', bytes: 0 }

/** The item lacks what its step needs: our planner did not make this plan. */
class NotRemovable extends TypeError {}

const idOf = ({ name }: PlannedRemoval): StoredId => {
  const parsed = parseStoredId(name)
  if (!parsed.ok) throw new NotRemovable(parsed.refusal.message)
  return parsed.value
}

const digestOf = ({ digest, step }: PlannedRemoval): Digest => {
  if (digest === null) throw new NotRemovable(`${step} needs a digest`)
  return digest
}

interface TagEntry {
  readonly tag: TagName
  readonly digest: Digest
}

const tagEntryOf = (item: PlannedRemoval): TagEntry => {
  const tag = parseTagName(item.name)
  if (!tag.ok) throw new NotRemovable(tag.refusal.message)
  return { tag: tag.value, digest: digestOf(item) }
}

export function createRemover(options: RemoverOptions): RegistryRemover {
  const { catalog, trash, runLocked, changes, leases, uploads, objects } = options
  const { stampsLagMs = () => tickOfKernelMs } = options

  async function claim(id: StoredId, isGivenUp?: IsGivenUp): Promise<RemovalOutcome> {
    const found = await trash.read(id)
    if (found === null) return absent
    return await runLocked(
      found.repository,
      async () => {
        const file = await trash.read(id)
        if (file === null) return absent
        if (file.state === 'claimed') return removed
        if (file.state !== 'held') return inUse
        await trash.claim(id)
        return removed
      },
      isGivenUp,
    )
  }

  async function removeEntry(id: StoredId, isGivenUp?: IsGivenUp): Promise<RemovalOutcome> {
    const found = await trash.read(id)
    if (found === null) return absent
    return await runLocked(
      found.repository,
      async () => {
        const file = await trash.read(id)
        if (file === null) return absent
        if (file.state !== 'claimed') return inUse
        await trash.remove(id)
        return removed
      },
      isGivenUp,
    )
  }

  async function unlessLeased(
    digests: readonly Digest[],
    folderOf: FolderOf,
    remove: (granted: readonly Digest[]) => Promise<readonly BatchOutcome[]>,
  ): Promise<readonly BatchOutcome[]> {
    const { granted, settle } = await leases.sentence(digests, folderOf)
    let unanswered = granted
    try {
      const outcomes = await removeUndecided(
        digests,
        (digest) => (granted.has(digest) ? null : inUse),
        remove,
      )
      unanswered = new Set(digests.filter((_, at) => mayStillCome(outcomes[at])))
      return outcomes
    } finally {
      await settle(unanswered)
    }
  }

  async function removeTagHistory(
    repository: RepositoryName,
    entries: readonly TagEntry[],
    startedAtMs: number,
  ): Promise<readonly BatchOutcome[]> {
    const tags = [...new Set(entries.map(({ tag }) => tag))]
    const looks = await Promise.allSettled(tags.map((tag) => catalog.tag(repository, tag)))
    const lookAt = new Map(tags.map((tag, at) => [tag, looks[at]]))
    return await removeUndecided(
      entries,
      ({ tag, digest }) => {
        const look = lookAt.get(tag)
        if (look?.status !== 'fulfilled') return { kind: 'failed', error: look?.reason }
        return look.value?.digest === digest ? inUse : null
      },
      (others) =>
        removeLinks(
          objects,
          others.map(({ tag, digest }) => tagHistoryLink(repository, tag, digest)),
          startedAtMs,
        ),
    )
  }

  async function removeRevisions(
    repository: RepositoryName,
    digests: readonly Digest[],
    startedAtMs: number,
  ): Promise<readonly BatchOutcome[]> {
    const outcomes = await unlessLeased(
      digests,
      (digest) => revisionFolder(repository, digest),
      // Durable before any of its blobs is removed: the link must not come back after its blobs are
      // gone.
      (granted) =>
        removeLinks(
          objects,
          granted.map((digest) => revisionLink(repository, digest)),
          startedAtMs,
          'durable',
        ),
    )
    const manifests = digests.filter((_, position) => outcomes[position]?.kind === 'removed')
    if (manifests.length > 0) changes.emit({ repository, tags: [], manifests })
    return outcomes
  }

  const removeLayerLinks = (
    repository: RepositoryName,
    digests: readonly Digest[],
    startedAtMs: number,
  ): Promise<readonly BatchOutcome[]> =>
    unlessLeased(
      digests,
      (digest) => layerFolder(repository, digest),
      (granted) =>
        removeLinks(
          objects,
          granted.map((digest) => layerLink(repository, digest)),
          startedAtMs,
        ),
    )

  const removeBlobs = (
    digests: readonly Digest[],
    startedAtMs: number,
  ): Promise<readonly BatchOutcome[]> =>
    unlessLeased(digests, blobFolder, (granted) =>
      // What else is in the folder of a blob is not ours, and keeps nothing: it stays.
      removeKeys(objects, granted.map(blobFile), {
        unlessModifiedSinceMs: startedAtMs,
        durability: 'lazy',
        prunes: true,
      }),
    )

  /** Holds the lock of the repository of all items while they are removed. */
  function inRepository<T>(
    items: readonly PlannedRemoval[],
    parse: (item: PlannedRemoval) => T,
    isGivenUp: IsGivenUp | undefined,
    remove: (repository: RepositoryName, values: readonly T[]) => Promise<readonly BatchOutcome[]>,
  ): Promise<readonly BatchOutcome[]> {
    const repository = items[0]?.repository ?? null
    if (items.some((item) => item.repository !== repository)) {
      throw new NotRemovable('a batch of several repositories')
    }
    const parsed = parseRepositoryName(repository)
    if (!parsed.ok) throw new NotRemovable(parsed.refusal.message)
    return removeParsed(items, parse, (values) =>
      runLocked(parsed.value, () => remove(parsed.value, values), isGivenUp),
    )
  }

  const removeSome = async (
    items: readonly PlannedRemoval[],
    startedAtMs: number,
    isGivenUp?: IsGivenUp,
  ): Promise<readonly BatchOutcome[]> => {
    switch (items[0]?.step ?? 'blob') {
      case 'trash-claim':
        return await removeParsed(items, idOf, (ids) => eachOf(ids, (id) => claim(id, isGivenUp)))
      case 'tag-history':
        return await inRepository(items, tagEntryOf, isGivenUp, (repository, entries) =>
          removeTagHistory(repository, entries, startedAtMs),
        )
      case 'revision':
        return await inRepository(items, digestOf, isGivenUp, (repository, digests) =>
          removeRevisions(repository, digests, startedAtMs),
        )
      case 'layer-link':
        return await inRepository(items, digestOf, isGivenUp, (repository, digests) =>
          removeLayerLinks(repository, digests, startedAtMs),
        )
      case 'upload':
        return await inRepository(items, idOf, isGivenUp, (repository, ids) =>
          eachOf(ids, (id) => uploads.takeAbandoned(repository, id, startedAtMs)),
        )
      case 'blob':
        return await removeParsed(items, digestOf, (digests) => removeBlobs(digests, startedAtMs))
      case 'trash-entry':
        return await removeParsed(items, idOf, (ids) =>
          eachOf(ids, (id) => removeEntry(id, isGivenUp)),
        )
    }
  }

  return {
    announce: (items) => leases.condemn(keysOf(items)),

    async removeBatch(items, inventoryStartedAtMs, isGivenUp) {
      const step = items[0]?.step ?? 'blob'
      if (items.some((item) => item.step !== step))
        throw new NotRemovable('a batch of several steps')
      try {
        return await removeSome(items, inventoryStartedAtMs - stampsLagMs(), isGivenUp)
      } catch (error) {
        // It rejects so only before the first removal: locks and agreement come before.
        const outcome = untouched(error)
        if (outcome === null) throw error
        return items.map(() => outcome)
      }
    },
  }
}
