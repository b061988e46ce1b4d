import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { isDigestReference, type Reference } from '#registry/manifests/reference.ts'
import { isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'
import type { Restored, SoftDeleted } from '#registry/trash/trash.ts'
import type { ActivityEvent } from '#state/activity.ts'
import type { PendingAct } from '#state/pending-acts.ts'
import type { Actor } from '../activity/actor.ts'
import { deletionIn } from './deleted-event.ts'
import { listedTags } from './listed-tags.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'

interface TagBack {
  readonly repository: RepositoryName
  readonly tag: TagName
  readonly digest: Digest
  readonly actor: Actor
}

// What people do with images, as it is noted before it happens, and recorded afterwards.

export function deletionAct(
  deps: EventDeps,
  entryID: string,
  repository: RepositoryName,
  reference: Reference,
  actor: Actor,
): PendingAct {
  const tag = isDigestReference(reference) ? null : reference
  return {
    event: createEvent(deps, 'image deleted', actor, {
      id: entryID,
      repository,
      subject: reference,
    }),
    witness: { kind: 'deleted', entryID, repository, tag },
    push: null,
  }
}

/** The event of the image that a restored tag showed before, which went to the trash. */
function replacedAct(deps: EventDeps, entry: TrashEntry, actor: Actor): PendingAct {
  const pending = deletionAct(deps, entry.id, entry.repository, entry.reference, actor)
  return { ...pending, event: { ...pending.event, ...deletionIn(entry) } }
}

export function tagBackAct(
  deps: EventDeps,
  { repository, tag, digest, actor }: TagBack,
): PendingAct {
  const event = createEvent(deps, 'tag restored', actor, {
    repository,
    subject: tag,
    detail: digest,
  })
  const sinceMs = event.atMs
  return { event, witness: { kind: 'tag linked', repository, tag, digest, sinceMs }, push: null }
}

function imageBackAct(
  deps: EventDeps,
  { id, repository, digest }: TrashEntry,
  actor: Actor,
): PendingAct {
  const event = createEvent(deps, 'image restored', actor, { repository, subject: digest })
  const witness = { kind: 'entry restored', entryID: id, repository, digest } as const
  return { event, witness, push: null }
}

/** The expected acts of restoring an entry, under the names that its tags had. */
export function restorationActs(
  deps: EventDeps,
  entry: TrashEntry,
  actor: Actor,
): readonly PendingAct[] {
  if (!isOfTags(entry)) return [imageBackAct(deps, entry, actor)]
  const { repository, tags } = entry
  return tags.map(({ name: tag, digest }) => tagBackAct(deps, { repository, tag, digest, actor }))
}

/** The act of a finished restore. */
export function restoredActs(
  deps: EventDeps,
  expected: readonly PendingAct[],
  { repository, digest, tags, replaced: others }: Restored,
  actor: Actor,
): readonly PendingAct[] {
  const [first] = expected
  const isOfImage = first?.event.kind === 'image restored'
  const back = isOfImage
    ? [{ ...first, event: { ...first.event, detail: `with ${listedTags(tags)}` } }]
    : // Restored under another name, it is another act than expected.
      tags.map(
        (tag) =>
          expected.find(({ event }) => event.subject === tag) ??
          tagBackAct(deps, { repository, tag, digest, actor }),
      )
  return [...others.map((other) => replacedAct(deps, other, actor)), ...back]
}

export function foreverAct(
  deps: EventDeps,
  entryID: string,
  entry: TrashEntry | null,
  actor: Actor,
): PendingAct {
  const kind = entry && isOfTags(entry) ? 'tag deleted forever' : 'image deleted forever'
  const event = createEvent(deps, kind, actor, {
    repository: entry?.repository ?? null,
    subject: entry?.digest ?? entryID,
    detail: entry && `with ${listedTags(entry.tags.map(({ name }) => name))}`,
  })
  return { event, witness: { kind: 'entry given up', entryID }, push: null }
}

/** The event of a finished deletion. */
export function deletionTold(deleted: SoftDeleted): Partial<ActivityEvent> {
  if (deleted.kind === 'trashed') return deletionIn(deleted.entry)
  const { tags, digest } = deleted
  // A broken tag showed nothing that could stay.
  const detail = digest === null ? listedTags(tags) : `${listedTags(tags)}; ${digest} stays`
  return { kind: 'tag deleted', detail }
}
