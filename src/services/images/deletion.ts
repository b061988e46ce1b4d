import type { GatePass, PushGate } from '#coordination/push-gate.ts'
import type { IsGivenUp } from '#domain/time/clock.ts'
import { longestHoldMs } from '#domain/policy/collection-policy.ts'
import type { Digest } from '#domain/values/digest.ts'
import { ok, err, type Result, type Refusal } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { BeforeChange } from '#registry/before-change.ts'
import type { Reference } from '#registry/manifests/tag-or-digest.ts'
import type { Catalog } from '#registry/repositories/catalog.ts'
import type { ManifestStore } from '#registry/manifests/manifest-store.ts'
import type {
  Restored,
  RestoreRefusal,
  SoftDelete,
  SoftDeleted,
  SoftDeleteRefusal,
} from '#registry/trash/trash.ts'
import type { State } from '#state/state.ts'
import type { TakenByRule, TrashedTag, TrashEntry } from '#registry/trash/trash-entry.ts'
import type { Trash } from '#registry/trash/trash.ts'
import { performRecorded, type RecordActDeps } from './record-exactly-once.ts'
import type { Actor } from '../activity/actor.ts'
import {
  deletionAct,
  deletionTold,
  foreverAct,
  restorationActs,
  restoredActs,
  tagBackAct,
} from './deletion-acts.ts'
import type { EventDeps } from '../activity/record-activity.ts'
import { getPolicy, type PolicyDeps } from '../settings/policy.ts'

export interface DeletionRequest {
  readonly repository: RepositoryName
  readonly reference: Reference
  /** The digest that the person saw the tag point at (`If-Match`). */
  readonly expectedDigest?: Digest
  readonly actor: Actor
  /** The rule of retention that asks for it. */
  readonly byRule?: TakenByRule
  /** Held in the trash for at least this long, whatever the policy says. */
  readonly atLeastMs?: number
  readonly onlyUntagged?: boolean
  /** The person knows that it runs, and named it. */
  readonly confirmedRunning?: boolean
  readonly beforeChange?: BeforeChange
  /** Ends the wait for the lock of the repository. */
  readonly isGivenUp?: IsGivenUp
}

export interface RestoreRequest {
  /**
   * Gives tags another name, or removes them (null). A tag that is not mentioned keeps its name.
   */
  readonly tags?: ReadonlyMap<TagName, TagName | null>
  readonly onConflict: 'refuse' | 'skip-tags' | 'replace'
  /** For an image: without tags that were deleted alone before it. */
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
  /** With `TAG_EXISTS`: the digest that the tag points at now. */
  readonly digest?: Digest
}

export interface DeletionDeps extends EventDeps, RecordActDeps {
  readonly state: RecordActDeps['state'] & PolicyDeps['state'] & Pick<State, 'pushes'>
  readonly registry: {
    readonly catalog: Pick<Catalog, 'tag'>
    readonly manifests: Pick<ManifestStore, 'tagManifest'>
    readonly trash: Trash
  }
  readonly gate: Pick<PushGate, 'enter'>
}

/**
 * Moves an image to the trash, with every tag that shows it, for the policy's retention. Possible
 * while a collection runs.
 */
export const deleteImage = (
  deps: DeletionDeps,
  request: DeletionRequest,
): Promise<Result<SoftDeleted, SoftDeleteRefusal>> => softDelete(deps, request, 'image')

/** Moves one tag to the trash, and with an image's last tag the image too. */
export const deleteTag = (
  deps: DeletionDeps,
  request: DeletionRequest,
): Promise<Result<SoftDeleted, SoftDeleteRefusal>> => softDelete(deps, request, 'tag')

async function softDelete(
  deps: DeletionDeps,
  { actor, beforeChange, atLeastMs = 0, ...request }: DeletionRequest,
  extent: SoftDelete['extent'],
): Promise<Result<SoftDeleted, SoftDeleteRefusal>> {
  const { trash } = deps.registry
  const { repository, reference } = request
  const entryID = deps.createId()
  const pending = deletionAct(deps, entryID, repository, reference, actor)
  const retentionMs = Math.max(await trashRetentionMs(deps), atLeastMs)
  return await performRecorded(deps, {
    kind: 'frees',
    act: (announce) =>
      trash.softDelete({
        ...request,
        extent,
        deletedBy: actorName(actor),
        retentionMs,
        entryID,
        async beforeChange(isThere) {
          await beforeChange?.()
          // A missing tag would look as if it had been deleted.
          if (isThere) await announce([pending])
        },
      }),
    happened: (deleted) =>
      deleted.ok
        ? [{ ...pending, event: { ...pending.event, ...deletionTold(deleted.value, reference) } }]
        : [],
  })
}

/**
 * Restores what a trash entry holds. Passes the push gate: waits for it a while if a collection has
 * closed it.
 */
export async function restoreTrashEntry(
  deps: DeletionDeps,
  entry: TrashEntry,
  request: RestoreRequest,
): Promise<Result<Restored, RestoreRefusal | RestoreKeptOut>> {
  // A claimed entry stays so: there is nothing to wait for.
  const mustWait = entry.state !== 'claimed'
  const pass = mustWait ? await enterGate(deps, entry.repository) : null
  if (mustWait && pass === null) return err(keptOut)
  try {
    return await restoreRecorded(deps, entry, request)
  } finally {
    pass?.leave()
  }
}

async function restoreRecorded(
  deps: DeletionDeps,
  entry: TrashEntry,
  { actor, beforeChange, ...request }: RestoreRequest,
): Promise<Result<Restored, RestoreRefusal>> {
  const expected = restorationActs(deps, entry, actor)
  const retentionMs = await trashRetentionMs(deps)
  return await performRecorded(deps, {
    kind: 'adds',
    act: (announce) =>
      deps.registry.trash.restore(entry, {
        ...request,
        pushTimes: (repository, tags) => pushTimes(deps.state, repository, tags),
        restoredBy: actorName(actor),
        retentionMs,
        async beforeChange() {
          await beforeChange?.()
          await announce(expected)
        },
      }),
    happened: (restored) =>
      restored.ok ? restoredActs(deps, expected, restored.value, actor) : [],
  })
}

/** When tags were pushed that still show what was pushed then. */
async function pushTimes(
  { pushes }: Pick<State, 'pushes'>,
  repository: RepositoryName,
  tags: readonly TrashedTag[],
): Promise<ReadonlyMap<TagName, number>> {
  const names = tags.map(({ name }) => name)
  const latest = new Map((await pushes.latest(repository, names)).map((push) => [push.tag, push]))
  return new Map(
    tags.flatMap(({ name, digest }) => {
      const push = latest.get(name)
      return push?.digest === digest ? [[name, push.atMs] as const] : []
    }),
  )
}

/**
 * Sets a tag (again) on an image that the repository holds: undoes the deletion of one tag of
 * several. Never moves a tag; one that points there already is no error. Passes the push gate as
 * `restoreTrashEntry` does.
 */
export async function addTag(
  deps: DeletionDeps,
  request: TagRequest,
): Promise<Result<null, TagRefusal>> {
  const { catalog, manifests, trash } = deps.registry
  const { repository, tag, digest, beforeChange } = request
  const pass = await enterGate(deps, repository)
  if (pass === null) return err(keptOut)
  try {
    const before = await catalog.tag(repository, tag)
    if (before?.digest === digest) return ok(null)
    const pending = tagBackAct(deps, request)
    const tagged = await performRecorded(deps, {
      kind: 'adds',
      act: (announce) =>
        manifests.tagManifest(repository, tag, digest, 'only if free', async () => {
          await beforeChange?.()
          await announce([pending])
        }),
      happened: (result) => (result.ok ? [pending] : []),
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
}

/** Lets the next collection take a trash entry. False: no such entry. */
export async function deleteForever(
  deps: DeletionDeps,
  entry: TrashEntry,
  actor: Actor,
  beforeChange?: BeforeChange,
): Promise<boolean> {
  const { trash } = deps.registry
  const pending = foreverAct(deps, entry, actor)
  return await performRecorded(deps, {
    kind: 'frees',
    act: (announce) =>
      trash.deleteForever(entry, async () => {
        await beforeChange?.()
        await announce([pending])
      }),
    happened: (isGivenUp) => (isGivenUp ? [pending] : []),
  })
}

export const trashRetentionMs = async (deps: PolicyDeps): Promise<number> =>
  (await getPolicy(deps)).trashRetentionHours * 3_600_000

/**
 * Null: a collection kept writers out for too long. The caller must release the pass in a
 * `finally`.
 */
async function enterGate(
  { gate }: DeletionDeps,
  repository: RepositoryName,
): Promise<GatePass | null> {
  const answer = await gate.enter({ repository, step: 'commit', patienceMs: longestHoldMs })
  return answer.entered ? answer : null
}

export const actorName = (actor: Actor): string => actor.name ?? 'the server'

const keptOut: RestoreKeptOut = {
  code: 'COLLECTION_RUNNING',
  message: 'a collection is running and keeps writers out: try again when it has finished',
}
