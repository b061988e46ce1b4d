import { factOf, subjectOf, type Fact } from '#domain/events/domain-event.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { isDigestReference, type Reference } from '#registry/manifests/tag-or-digest.ts'
import { isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'
import type { Restored, SoftDeleted } from '#registry/trash/trash.ts'
import type { PendingAct } from '#state/pending-acts.ts'
import type { Actor } from '../activity/actor.ts'
import {
  deletionIn,
  repositoryCounts,
  tagNamesOf,
  withWhatRan,
  type DeletionKind,
} from './deleted-event.ts'
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
    // What was deleted is known afterwards.
    event: createEvent(
      deps,
      'image deleted',
      actor,
      { reference, digest: null, tags: null },
      { id: entryID, repository },
    ),
    witness: { kind: 'deleted', entryID, repository, tag },
    push: null,
  }
}

export function repositoryDeletionAct(
  deps: EventDeps,
  entryID: string,
  repository: RepositoryName,
  actor: Actor,
): PendingAct {
  // What was in it is known afterwards.
  const data = { images: null, tags: null }
  const about = { id: entryID, repository }
  return {
    event: createEvent(deps, 'repository deleted', actor, data, about),
    witness: { kind: 'deleted', entryID, repository, tag: null },
    push: null,
  }
}

/** The event of the image that a restored tag showed before, which went to the trash. */
function replacedAct(deps: EventDeps, entry: TrashEntry, actor: Actor): PendingAct {
  const pending = deletionAct(deps, entry.id, entry.repository, entry.reference, actor)
  return { ...pending, event: { ...pending.event, ...deletionIn(entry, entry.reference) } }
}

export function tagBackAct(
  deps: EventDeps,
  { repository, tag, digest, actor }: TagBack,
): PendingAct {
  const event = createEvent(deps, 'tag restored', actor, { tag, digest }, { repository })
  const sinceMs = event.atMs
  return { event, witness: { kind: 'tag linked', repository, tag, digest, sinceMs }, push: null }
}

function backAct(deps: EventDeps, entry: TrashEntry, actor: Actor): PendingAct {
  const { id, repository, digest } = entry
  const event = entry.isOfRepository
    ? createEvent(deps, 'repository restored', actor, repositoryCounts(entry), { repository })
    : createEvent(deps, 'image restored', actor, { digest, tags: null }, { repository })
  const witness = { kind: 'entry restored', entryID: id, repository, digest } as const
  return { event, witness, push: null }
}

/** The expected acts of restoring an entry, under the names that its tags had. */
export function restorationActs(
  deps: EventDeps,
  entry: TrashEntry,
  actor: Actor,
): readonly PendingAct[] {
  if (!isOfTags(entry)) return [backAct(deps, entry, actor)]
  const { id, repository, tags } = entry
  return tags.map(({ name: tag, digest }) => ({
    ...tagBackAct(deps, { repository, tag, digest, actor }),
    // Its link tells when it was pushed, not when it came back.
    witness: { kind: 'entry restored', entryID: id, repository, digest } as const,
  }))
}

/** The act of a finished restore. */
export function restoredActs(
  deps: EventDeps,
  expected: readonly PendingAct[],
  { repository, digest, tags, replaced: others }: Restored,
  actor: Actor,
): readonly PendingAct[] {
  const [first] = expected
  const fact = first && factOf(first.event)
  const wholeBack: Fact | null =
    fact?.kind === 'repository restored'
      ? { kind: fact.kind, data: { ...fact.data, tags: tags.length } }
      : fact?.kind === 'image restored'
        ? { kind: fact.kind, data: { digest, tags } }
        : null
  const back =
    first && wholeBack
      ? [{ ...first, event: { ...first.event, ...wholeBack } }]
      : // Restored under another name, it is another act than expected.
        tags.map(
          (tag) =>
            expected.find(({ event }) => subjectOf(event) === tag) ??
            tagBackAct(deps, { repository, tag, digest, actor }),
        )
  return [...others.map((other) => replacedAct(deps, other, actor)), ...back]
}

export function foreverAct(deps: EventDeps, entry: TrashEntry, actor: Actor): PendingAct {
  const { id: entryID, digest, repository } = entry
  const about = { repository }
  const witness = { kind: 'entry given up', entryID } as const
  if (entry.isOfRepository) {
    const kindOfAll = 'repository deleted forever'
    const event = createEvent(deps, kindOfAll, actor, repositoryCounts(entry), about)
    return { event, witness, push: null }
  }
  const kind = isOfTags(entry) ? 'tag deleted forever' : 'image deleted forever'
  const data = { entryID, digest, tags: tagNamesOf(entry) }
  return { event: createEvent(deps, kind, actor, data, about), witness, push: null }
}

/** What a finished deletion did. */
export function deletionTold(deleted: SoftDeleted, reference: Reference): Fact<DeletionKind> {
  const { ranIn } = deleted
  if (deleted.kind === 'trashed') return withWhatRan(deletionIn(deleted.entry, reference), ranIn)
  const { tags, digest, entry } = deleted
  const rule = entry?.byRule && { byRule: entry.byRule }
  return withWhatRan({ kind: 'tag deleted', data: { reference, digest, tags, ...rule } }, ranIn)
}
