import {
  restoreRequest,
  type TrashEntry as WireTrashEntry,
  type TrashList,
} from '#contract/trash.ts'
import { parseTagName, type TagName } from '#domain/tag-name.ts'
import type { AccessLevel } from '#domain/access-level.ts'
import type { TrashEntry } from '#registry/trash-entry.ts'
import type { Context } from 'hono'
import * as z from 'zod/mini'
import { repositoryWithAccess, signedIn } from '../access.ts'
import { actorOf, type Env } from '../env.ts'
import { ApiError, refusalError } from '../errors.ts'
import type { ApiServices } from '../services.ts'
import { toInstant } from './instant.ts'
import { invalidParameter } from './invalid-input.ts'
import { sorted, type Order } from './order.ts'
import { page, pageParameters } from './paging.ts'
import { readOptionalBody } from './read-body.ts'
import { readQuery } from './read-query.ts'
import type { Resource } from './resource.ts'
import { viewerOf } from './viewer.ts'

const listQuery = z.object({
  ...pageParameters,
  /** Text in the repository's name, a tag or the digest. */
  filter: z.optional(z.string()),
  repository: z.optional(z.string()),
})

/** What was deleted last comes first. */
const order: Order<TrashEntry> = {
  valueOf: ({ deletedAtMs }) => deletedAtMs,
  nameOf: ({ id }) => id,
  descending: true,
}

export const trashResource = (services: ApiServices): Resource => ({
  GET: {
    by: 'signed in',
    answer: async (context) => {
      const viewer = viewerOf(context, services)
      const query = readQuery(context, listQuery)
      const { registry, clock } = services
      const filter = query.filter?.toLowerCase() ?? ''
      const entries = (await registry.trash.list()).filter(
        (entry) =>
          viewer.sees(entry.repository) &&
          (query.repository === undefined || entry.repository === query.repository) &&
          matches(entry, filter),
      )
      const taken = page(context, sorted(entries, order), order, query)
      const bytes = taken.length > 0 ? await registry.index.trashBytes() : new Map<string, number>()
      const nowMs = clock.nowMs()
      const body: TrashList = {
        entries: taken.map((entry) => wireEntry(entry, bytes.get(entry.id) ?? 0, nowMs)),
      }
      return context.json(body)
    },
  },
})

const matches = (entry: TrashEntry, filter: string): boolean =>
  [entry.repository, entry.digest, ...entry.tags.map(({ name }) => name)].some((text) =>
    text.toLowerCase().includes(filter),
  )

function wireEntry(entry: TrashEntry, heldBytes: number, nowMs: number): WireTrashEntry {
  const image = entry.manifests.find(({ digest }) => digest === entry.digest)
  const countOf = (role: string): number =>
    entry.manifests.filter((manifest) => manifest.role === role).length
  return {
    id: entry.id,
    repository: entry.repository,
    digest: entry.digest,
    mediaType: image?.mediaType ?? '',
    tags: entry.tags.map(({ name }) => name),
    platformCount: countOf('platform'),
    attachedCount: countOf('attached'),
    deletedAt: toInstant(entry.deletedAtMs),
    deletedBy: entry.deletedBy,
    held: heldBytes,
    collectedAfter: entry.heldUntilMs > nowMs ? toInstant(entry.heldUntilMs) : null,
    restorable: entry.state !== 'claimed',
  }
}

const noSuchEntry = (): ApiError =>
  new ApiError('NO_SUCH_TRASH_ENTRY', 'it is not in the trash any more: restored, or collected')

/** Ids become file names, so what cannot be one is not even looked for. */
const idPattern = /^[A-Za-z0-9-]{1,64}$/

/** The entry's id, if the caller may do that much with its repository; else 404 or 403. */
async function entryWithAccess(
  context: Context<Env>,
  services: ApiServices,
  level: AccessLevel,
): Promise<string> {
  const principal = signedIn(context)
  const id = context.req.param('id') ?? ''
  const entry = idPattern.test(id) ? await services.registry.trash.get(id) : null
  if (entry === null) throw noSuchEntry()
  if (services.authentication.accessLevel(principal, entry.repository) === null) throw noSuchEntry()
  repositoryWithAccess(context, services, entry.repository, level)
  return id
}

export const trashEntryResource = (services: ApiServices): Resource => ({
  DELETE: {
    by: 'signed in',
    answer: async (context) => {
      const id = await entryWithAccess(context, services, 'read-write')
      const isThere = await services.deletion.deleteForever(id, actorOf(context))
      if (!isThere) throw noSuchEntry()
      return context.body(null, 204)
    },
  },
})

const conflictOf = { refuse: 'refuse', skip: 'skip-tags', replace: 'replace' } as const

export const restoreResource = (services: ApiServices): Resource => ({
  POST: {
    by: 'signed in',
    answer: async (context) => {
      const id = await entryWithAccess(context, services, 'read-write')
      const { tags, onConflict = 'refuse' } = await readOptionalBody(context, restoreRequest)
      const restored = await services.deletion.restore(id, {
        onConflict: conflictOf[onConflict],
        actor: actorOf(context),
        ...(tags === undefined ? {} : { tags: readNewNames(tags) }),
      })
      if (!restored.ok) throw refusalError(restored.refusal)
      return context.body(null, 204)
    },
  },
})

function readNewNames(tags: Readonly<Record<string, string>>): ReadonlyMap<TagName, TagName> {
  return new Map(
    Object.entries(tags).map(([from, to]) => {
      const [oldName, newName] = [parseTagName(from), parseTagName(to)]
      if (!oldName.ok) throw invalidParameter(`tags.${from}`, oldName.refusal.message)
      if (!newName.ok) throw invalidParameter(`tags.${from}`, newName.refusal.message)
      return [oldName.value, newName.value] as const
    }),
  )
}
