import { trashCalls } from '#contract/endpoints/trash.ts'
import type { AccessLevel } from '#domain/access/access-level.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import { deleteForever, restoreTrashEntry } from '#services/images/deletion.ts'
import type { TrashEntry } from '#registry/trash/trash-entry.ts'
import { accessLevelOf } from '#services/accounts/principal.ts'
import type { Context } from 'hono'
import { repositoryWithAccess, signedIn } from '../../middleware/access.ts'
import { actorOf, confirming, type Env } from '../../request-context.ts'
import { ApiError, refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { invalidParameter } from '../invalid-input.ts'
import { readOptionalBody } from '../read-body.ts'
import type { Handlers } from '../mount-calls.ts'

const noSuchEntry = (): ApiError =>
  new ApiError('NO_SUCH_TRASH_ENTRY', 'it is not in the trash any more: restored, or collected')

/** The entry, if the caller may do this in its repository; else 404 or 403. */
async function entryWithAccess(
  context: Context<Env>,
  services: ApiServices,
  levelFor: (entry: TrashEntry) => AccessLevel,
): Promise<TrashEntry> {
  const principal = signedIn(context)
  const entry = await services.registry.trash.get(context.req.param('id') ?? '')
  if (entry === null) throw noSuchEntry()
  if (accessLevelOf(principal, entry.repository) === null) throw noSuchEntry()
  repositoryWithAccess(context, entry.repository, levelFor(entry))
  return entry
}

export const trashEntryHandlers = (services: ApiServices) =>
  ({
    removeFromTrash: async (context) => {
      // As for the deletion itself.
      const entry = await entryWithAccess(context, services, ({ isOfRepository }) =>
        isOfRepository ? 'admin' : 'read-write',
      )
      const isThere = await deleteForever(services, entry, actorOf(context), confirming(context))
      if (!isThere) throw noSuchEntry()
      return context.body(null, 204)
    },
    restoreFromTrash: async (context) => {
      const entry = await entryWithAccess(context, services, () => 'read-write')
      const {
        tags,
        onConflict = 'refuse',
        earlierTags,
      } = await readOptionalBody(context, trashCalls.restoreFromTrash.body)
      const restored = await restoreTrashEntry(services, entry, {
        onConflict: conflictOf[onConflict],
        actor: actorOf(context),
        beforeChange: confirming(context),
        withoutEarlierTags: earlierTags === false,
        ...(tags === undefined ? {} : { tags: readNewNames(tags) }),
      })
      if (!restored.ok) throw refusalError(restored.refusal)
      return context.body(null, 204)
    },
  }) satisfies Partial<Handlers<typeof trashCalls>>

const conflictOf = { refuse: 'refuse', skip: 'skip-tags', replace: 'replace' } as const

function readNewNames(
  tags: Readonly<Record<string, string | null>>,
): ReadonlyMap<TagName, TagName | null> {
  return new Map(
    Object.entries(tags).map(([from, to]) => {
      const oldName = parseTagName(from)
      if (!oldName.ok) throw invalidParameter(`tags.${from}`, oldName.refusal.message)
      if (to === null) return [oldName.value, null] as const
      const newName = parseTagName(to)
      if (!newName.ok) throw invalidParameter(`tags.${from}`, newName.refusal.message)
      return [oldName.value, newName.value] as const
    }),
  )
}
