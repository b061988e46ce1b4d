import type { RegistryRemover, RemovalOutcome } from '#collector/ports.ts'
import type { PlannedRemoval } from '#domain/collection-result.ts'
import type { Digest } from '#domain/digest.ts'
import { parseRepositoryName, type RepositoryName } from '#domain/repository-name.ts'
import { parseTagName, type TagName } from '#domain/tag-name.ts'
import type { Catalog } from './catalog.ts'
import {
  blobFile,
  blobFolder,
  layerFolder,
  layerLink,
  revisionFolder,
  revisionLink,
  tagHistoryItem,
  tagHistoryLink,
  uploadData,
  uploadFolder,
  uploadStartedAt,
} from './layout.ts'
import type { RegistryChanges } from './registry-change.ts'
import type { RunLocked } from './repository-locks.ts'
import type { Storage, StoredFile } from './storage.ts'
import { parseStoredId, type StoredId } from './stored-id.ts'
import type { TrashStore } from './trash-store.ts'

export interface RemoverOptions {
  readonly storage: Storage
  readonly catalog: Catalog
  readonly trash: TrashStore
  readonly runLocked: RunLocked
  readonly changes: RegistryChanges
  readonly isHeld: (digest: Digest) => boolean
}

const absent: RemovalOutcome = { kind: 'absent' }
const inUse: RemovalOutcome = { kind: 'in use' }
const removed = (bytes = 0): RemovalOutcome => ({ kind: 'removed', bytes })

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
  const { storage, catalog, trash, runLocked, changes, isHeld } = options

  /** Looks again, then removes `folder`, whose `file` tells whether it is still what was planned. */
  async function removeUnlessFresh(
    folder: string,
    file: StoredFile | null,
    startedAtMs: number,
    how: { readonly bytes?: number; readonly durably?: boolean } = {},
  ): Promise<RemovalOutcome> {
    const { bytes, durably = false } = how
    if (file !== null && file.modifiedAtMs >= startedAtMs) return inUse
    // Without its file it is a folder that an earlier removal was interrupted in.
    await storage.remove(folder, { lazily: !durably })
    return file === null ? absent : removed(bytes)
  }

  async function claim(id: StoredId): Promise<RemovalOutcome> {
    const found = await trash.read(id)
    if (found === null) return absent
    return await runLocked(found.repository, async () => {
      const file = await trash.read(id)
      if (file === null) return absent
      if (file.state === 'claimed') return removed()
      if (file.state !== 'held') return inUse
      await trash.write({ ...file, state: 'claimed' })
      return removed()
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
      return removed()
    })
  }

  async function removeTagHistory(
    repository: RepositoryName,
    tag: TagName,
    digest: Digest,
    startedAtMs: number,
  ): Promise<RemovalOutcome> {
    if ((await catalog.tag(repository, tag))?.digest === digest) return inUse
    const link = await storage.open(tagHistoryLink(repository, tag, digest))
    return await removeUnlessFresh(tagHistoryItem(repository, tag, digest), link, startedAtMs)
  }

  async function removeRevision(
    repository: RepositoryName,
    digest: Digest,
    startedAtMs: number,
  ): Promise<RemovalOutcome> {
    if (isHeld(digest)) return inUse
    const link = await storage.open(revisionLink(repository, digest))
    const folder = revisionFolder(repository, digest)
    // On disk before any of its blobs goes: it must not come back with holes.
    const outcome = await removeUnlessFresh(folder, link, startedAtMs, { durably: true })
    if (outcome.kind === 'removed') changes.emit({ repository, tags: [], manifests: [digest] })
    return outcome
  }

  async function removeLayerLink(
    repository: RepositoryName,
    digest: Digest,
    startedAtMs: number,
  ): Promise<RemovalOutcome> {
    if (isHeld(digest)) return inUse
    const link = await storage.open(layerLink(repository, digest))
    return await removeUnlessFresh(layerFolder(repository, digest), link, startedAtMs)
  }

  async function removeUpload(
    repository: RepositoryName,
    id: StoredId,
    startedAtMs: number,
  ): Promise<RemovalOutcome> {
    const started = await storage.open(uploadStartedAt(repository, id))
    const data = await storage.open(uploadData(repository, id))
    if (started && started.modifiedAtMs >= startedAtMs) return inUse
    const folder = uploadFolder(repository, id)
    return await removeUnlessFresh(folder, data ?? started, startedAtMs, { bytes: data?.sizeBytes })
  }

  async function removeBlob(digest: Digest, startedAtMs: number): Promise<RemovalOutcome> {
    if (isHeld(digest)) return inUse
    const file = await storage.open(blobFile(digest))
    return await removeUnlessFresh(blobFolder(digest), file, startedAtMs, {
      bytes: file?.sizeBytes,
    })
  }

  function inRepository(
    item: PlannedRemoval,
    act: (repository: RepositoryName) => Promise<RemovalOutcome>,
  ): Promise<RemovalOutcome> {
    const parsed = parseRepositoryName(item.repository)
    if (!parsed.ok) throw new NotRemovable(parsed.refusal.message)
    return runLocked(parsed.value, () => act(parsed.value))
  }

  return {
    async remove(item, startedAtMs) {
      switch (item.step) {
        case 'trash-claim':
          return await claim(idOf(item))
        case 'tag-history': {
          const tag = parseTagName(item.name)
          if (!tag.ok) throw new NotRemovable(tag.refusal.message)
          return await inRepository(item, (repository) =>
            removeTagHistory(repository, tag.value, digestOf(item), startedAtMs),
          )
        }
        case 'revision':
          return await inRepository(item, (repository) =>
            removeRevision(repository, digestOf(item), startedAtMs),
          )
        case 'layer-link':
          return await inRepository(item, (repository) =>
            removeLayerLink(repository, digestOf(item), startedAtMs),
          )
        case 'upload':
          return await inRepository(item, (repository) =>
            removeUpload(repository, idOf(item), startedAtMs),
          )
        case 'blob':
          return await removeBlob(digestOf(item), startedAtMs)
        case 'trash-entry':
          return await removeEntry(idOf(item))
      }
    },
  }
}
