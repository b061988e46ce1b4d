import type { RegistryRemover, RemovalOutcome } from '#gc/ports/registry-remover.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import type { Catalog } from '../repositories/catalog.ts'
import type { RemoveFolder } from './folder-remover.ts'
import { blobFolder, layerFolder, revisionFolder, tagHistoryItem } from '../layout.ts'
import { createGatheredLock } from './gathered-lock.ts'
import type { RegistryChanges } from '../registry-change.ts'
import type { Removals } from './removals.ts'
import type { RunLocked } from '#coordination/repository-locks.ts'
import { parseStoredId, type StoredId } from '../stored-id.ts'
import type { TrashStore } from '../trash/trash-store.ts'
import type { Uploads } from '../uploads/uploads.ts'

export interface RemoverOptions {
  readonly catalog: Catalog
  readonly trash: TrashStore
  readonly runLocked: RunLocked
  readonly changes: RegistryChanges
  readonly removals: Removals
  readonly uploads: Pick<Uploads, 'takeAbandoned'>
  readonly removeFolder: RemoveFolder
}

/** Storage may stamp what is written by a clock that lags behind ours: by a tick of the kernel's. */
const stampsLagMs = 50

const absent: RemovalOutcome = { kind: 'absent' }
const inUse: RemovalOutcome = { kind: 'in use' }
const removed: RemovalOutcome = { kind: 'removed', bytes: 0 }

/** A plan that lacks what its step is about was not made by our planner. */
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

export function createRemover(options: RemoverOptions): RegistryRemover {
  const { catalog, trash, runLocked, changes, removals, uploads, removeFolder } = options
  // Of layer links there are most by far, and which of them goes first does not matter.
  const runGathered = createGatheredLock(runLocked)

  /** Links count as nothing: no byte of an image is in them. */
  async function removeLink(
    folder: string,
    sinceMs: number,
    durably = false,
  ): Promise<RemovalOutcome> {
    const outcome = await removeFolder({ folder, file: 'link', sinceMs, durably })
    return outcome.kind === 'removed' ? removed : outcome
  }

  async function claim(id: StoredId): Promise<RemovalOutcome> {
    const found = await trash.read(id)
    if (found === null) return absent
    return await runLocked(found.repository, async () => {
      const file = await trash.read(id)
      if (file === null) return absent
      if (file.state === 'claimed') return removed
      if (file.state !== 'held') return inUse
      await trash.claim(id)
      return removed
    })
  }

  async function removeEntry(id: StoredId): Promise<RemovalOutcome> {
    const found = await trash.read(id)
    if (found === null) return absent
    return await runLocked(found.repository, async () => {
      const file = await trash.read(id)
      if (file === null) return absent
      if (file.state !== 'claimed') return inUse
      await trash.remove(id)
      return removed
    })
  }

  async function removeTagHistory(
    repository: RepositoryName,
    tag: TagName,
    digest: Digest,
    startedAtMs: number,
  ): Promise<RemovalOutcome> {
    if ((await catalog.tag(repository, tag))?.digest === digest) return inUse
    return await removeLink(tagHistoryItem(repository, tag, digest), startedAtMs)
  }

  async function removeRevision(
    repository: RepositoryName,
    digest: Digest,
    startedAtMs: number,
  ): Promise<RemovalOutcome> {
    const folder = revisionFolder(repository, digest)
    // On disk before any of its blobs goes: it must not come back with holes.
    const outcome = await removals.deleteUnlessLeased(folder, digest, () =>
      removeLink(folder, startedAtMs, true),
    )
    if (outcome.kind === 'removed') changes.emit({ repository, tags: [], manifests: [digest] })
    return outcome
  }

  async function removeLayerLink(
    repository: RepositoryName,
    digest: Digest,
    startedAtMs: number,
  ): Promise<RemovalOutcome> {
    const folder = layerFolder(repository, digest)
    return await removals.deleteUnlessLeased(folder, digest, () => removeLink(folder, startedAtMs))
  }

  async function removeBlob(digest: Digest, startedAtMs: number): Promise<RemovalOutcome> {
    const folder = blobFolder(digest)
    return await removals.deleteUnlessLeased(folder, digest, () =>
      removeFolder({ folder, file: 'data', sinceMs: startedAtMs, durably: false }),
    )
  }

  function inRepository(
    item: PlannedRemoval,
    act: (repository: RepositoryName) => Promise<RemovalOutcome>,
    lock = runLocked,
  ): Promise<RemovalOutcome> {
    const parsed = parseRepositoryName(item.repository)
    if (!parsed.ok) throw new NotRemovable(parsed.refusal.message)
    return lock(parsed.value, () => act(parsed.value))
  }

  return {
    async remove(item, inventoryStartedAtMs) {
      const startedAtMs = inventoryStartedAtMs - stampsLagMs
      switch (item.step) {
        case 'trash-claim':
          return await claim(idOf(item))
        case 'tag-history': {
          const tag = parseTagName(item.name)
          if (!tag.ok) throw new NotRemovable(tag.refusal.message)
          return await inRepository(
            item,
            (repository) => removeTagHistory(repository, tag.value, digestOf(item), startedAtMs),
            runGathered,
          )
        }
        case 'revision':
          return await inRepository(item, (repository) =>
            removeRevision(repository, digestOf(item), startedAtMs),
          )
        case 'layer-link':
          return await inRepository(
            item,
            (repository) => removeLayerLink(repository, digestOf(item), startedAtMs),
            runGathered,
          )
        case 'upload':
          return await inRepository(item, (repository) =>
            uploads.takeAbandoned(repository, idOf(item), startedAtMs),
          )
        case 'blob':
          return await removeBlob(digestOf(item), startedAtMs)
        case 'trash-entry':
          return await removeEntry(idOf(item))
      }
    },
  }
}
