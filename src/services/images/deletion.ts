import type { GatePass, PushGate } from '#coordination/push-gate.ts'
import { longestHoldMs, type CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { Digest } from '#domain/values/digest.ts'
import { ok, err, type Result, type Refusal } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { BeforeChange } from '#registry/before-change.ts'
import { isDigestReference, type Reference } from '#registry/manifests/reference.ts'
import type { Catalog } from '#registry/repositories/catalog.ts'
import type { ManifestStore } from '#registry/manifests/manifest-store.ts'
import type {
  Restored,
  RestoreRefusal,
  SoftDelete,
  SoftDeleted,
  SoftDeleteRefusal,
} from '#registry/trash/trash.ts'
import type { TrashEntry } from '#registry/trash/trash-entry.ts'
import type { Trash } from '#registry/trash/trash.ts'
import type { ActRecorder } from './acts.ts'
import type { Actor } from '../activity/actor.ts'
import { createDeletionActs, deletionTold } from './deletion-acts.ts'
import { createEvents, type ActivityPorts } from '../activity/record-activity.ts'

export interface DeletionRequest {
  readonly repository: RepositoryName
  readonly reference: Reference
  /** What the person saw the tag point at (`If-Match`). */
  readonly expectedDigest?: Digest
  readonly actor: Actor
  readonly beforeChange?: BeforeChange
}

export interface RestoreRequest {
  /** Gives tags another name, or none (null). A tag that is not mentioned keeps its name. */
  readonly tags?: ReadonlyMap<TagName, TagName | null>
  readonly onConflict: 'refuse' | 'skip-tags' | 'replace'
  /** Of an image: without tags that were deleted alone before it. */
  readonly withoutEarlierTags?: boolean
  readonly actor: Actor
  readonly beforeChange?: BeforeChange
}

/** A collection keeps writers out, and did not end while the restore waited. */
export interface RestoreKeptOut extends Refusal {
  readonly code: 'COLLECTION_RUNNING'
}

export interface TagRequest {
  readonly repository: RepositoryName
  readonly tag: TagName
  readonly digest: Digest
  readonly actor: Actor
  readonly beforeChange?: BeforeChange
}

export interface TagRefusal extends Refusal {
  readonly code:
    /** The tag points at another manifest. */
    | 'TAG_EXISTS'
    /** The repository does not hold the manifest. */
    | 'NO_SUCH_REF'
    | 'COLLECTION_RUNNING'
  /** With `TAG_EXISTS`: where the tag points now. */
  readonly digest?: Digest
}

/** What people do with images, with the policy's retention applied and the activity recorded. */
export interface Deletion {
  /** The image, with every tag that shows it. Goes on while a collection runs. */
  deleteImage(request: DeletionRequest): Promise<Result<SoftDeleted, SoftDeleteRefusal>>
  /** One tag; the image goes to the trash with its last one. */
  deleteTag(request: DeletionRequest): Promise<Result<SoftDeleted, SoftDeleteRefusal>>
  /** Passes the push gate: waits for it a while when a collection has closed it. */
  restore(
    entryID: string,
    request: RestoreRequest,
  ): Promise<Result<Restored, RestoreRefusal | RestoreKeptOut>>
  /**
   * Gives an image that the repository holds a tag (again): what undoes the deletion of one tag of
   * several. Never moves a tag; one that points there already is no error. Passes the push gate as
   * `restore` does.
   */
  addTag(request: TagRequest): Promise<Result<null, TagRefusal>>
  /** The next collection may take it. False: no such entry. */
  deleteForever(entryID: string, actor: Actor, beforeChange?: BeforeChange): Promise<boolean>
}

export interface DeletionPorts extends Omit<ActivityPorts, 'activity'> {
  readonly acts: Pick<ActRecorder, 'recorded'>
  readonly registry: {
    readonly catalog: Pick<Catalog, 'tag'>
    readonly manifests: Pick<ManifestStore, 'tag'>
    readonly trash: Trash
  }
  readonly gate: Pick<PushGate, 'enter'>
  readonly policy: () => Promise<CollectionPolicy>
}

export function createDeletion(ports: DeletionPorts): Deletion {
  const { registry } = ports
  const { trash } = registry
  const { acts } = ports
  const noted = createDeletionActs(createEvents(ports))

  const retentionMs = async () => (await ports.policy()).trashRetentionHours * 3_600_000

  async function softDelete(
    { actor, beforeChange, ...request }: DeletionRequest,
    extent: SoftDelete['extent'],
  ): Promise<Result<SoftDeleted, SoftDeleteRefusal>> {
    const { repository, reference } = request
    const tag = isDigestReference(reference) ? null : reference
    const entryID = ports.createId()
    const pending = noted.deletion(entryID, repository, reference, actor)
    const retained = await retentionMs()
    return await acts.recorded({
      kind: 'frees',
      act: (announce) =>
        trash.softDelete({
          ...request,
          extent,
          deletedBy: actorName(actor),
          retentionMs: retained,
          entryID,
          async beforeChange() {
            await beforeChange?.()
            // A tag that is not there would look as if it had been deleted.
            const isThere = tag === null || (await registry.catalog.tag(repository, tag)) !== null
            if (isThere) await announce([pending])
          },
        }),
      happened: (deleted) =>
        deleted.ok
          ? [{ ...pending, event: { ...pending.event, ...deletionTold(deleted.value) } }]
          : [],
    })
  }

  /** Null: a collection kept writers out for too long. Whoever gets a pass leaves in a `finally`. */
  const enter = async (repository: RepositoryName): Promise<GatePass | null> => {
    const answer = await ports.gate.enter({ repository, step: 'commit', patienceMs: longestHoldMs })
    return answer.entered ? answer : null
  }

  async function restoreRecorded(
    entryID: string,
    entry: TrashEntry | null,
    { actor, beforeChange, ...request }: RestoreRequest,
  ): Promise<Result<Restored, RestoreRefusal>> {
    const expected = entry === null ? [] : noted.restoration(entry, actor)
    const retained = await retentionMs()
    return await acts.recorded({
      kind: 'adds',
      act: (announce) =>
        trash.restore(entryID, {
          ...request,
          restoredBy: actorName(actor),
          retentionMs: retained,
          async beforeChange() {
            await beforeChange?.()
            await announce(expected)
          },
        }),
      happened: (restored) => (restored.ok ? noted.restored(expected, restored.value, actor) : []),
    })
  }

  return {
    deleteImage: (request) => softDelete(request, 'image'),
    deleteTag: (request) => softDelete(request, 'tag'),

    async restore(entryID, request) {
      const entry = await trash.get(entryID)
      // What is claimed or gone stays so: nothing to wait for.
      const mustWait = entry !== null && entry.state !== 'claimed'
      const pass = mustWait ? await enter(entry.repository) : null
      if (mustWait && pass === null) return err(keptOut)
      try {
        return await restoreRecorded(entryID, entry, request)
      } finally {
        pass?.leave()
      }
    },

    async addTag(request) {
      const { repository, tag, digest, beforeChange } = request
      const pass = await enter(repository)
      if (pass === null) return err(keptOut)
      try {
        const before = await registry.catalog.tag(repository, tag)
        if (before?.digest === digest) return ok(null)
        const pending = noted.tagBack(request)
        const tagged = await acts.recorded({
          kind: 'adds',
          act: (announce) =>
            registry.manifests.tag(repository, tag, digest, 'only if free', async () => {
              await beforeChange?.()
              await announce([pending])
            }),
          happened: (added) => (added.ok ? [pending] : []),
        })
        if (!tagged.ok && tagged.refusal.code === 'TAG_EXISTS') return err(tagged.refusal)
        if (!tagged.ok) {
          const message = `${repository} does not hold ${digest}: it cannot be tagged`
          return err({ code: 'NO_SUCH_REF', message })
        }
        await trash.tagIsBack(repository, tag, digest)
        return ok(null)
      } finally {
        pass.leave()
      }
    },

    async deleteForever(entryID, actor, beforeChange) {
      const entry = await trash.get(entryID)
      const pending = noted.forever(entryID, entry, actor)
      return await acts.recorded({
        kind: 'frees',
        act: (announce) =>
          trash.deleteForever(entryID, async () => {
            await beforeChange?.()
            await announce([pending])
          }),
        happened: (isGivenUp) => (isGivenUp ? [pending] : []),
      })
    },
  }
}

const actorName = (actor: Actor): string => actor.name ?? 'the server'

const keptOut: RestoreKeptOut = {
  code: 'COLLECTION_RUNNING',
  message: 'a collection is running and keeps writers out: try again when it has finished',
}
