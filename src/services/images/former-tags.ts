import { factOf } from '#domain/events/domain-event.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Activity } from '#state/activity.ts'

/** So many acts of a repository are looked through; what was tagged before is not known. */
const eventsAtMost = 5000
const eventsAtOnce = 500
const tagsAtMost = 20

const kinds = ['image pushed', 'image restored', 'tag restored', 'tag deleted'] as const

/**
 * The tags under which images were pushed or restored, or that were taken from them, by digest: the
 * last one first. Of an image that has no tag now, these are the tags that it had. The activity
 * knows them, so that a push does not have to store them once more.
 */
export async function formerTagsOf(
  { activity }: { readonly activity: Pick<Activity, 'list'> },
  repository: RepositoryName,
  digests: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>()
  if (digests.size === 0) return found
  let after: Parameters<Activity['list']>[0]['after']
  for (let seen = 0; seen < eventsAtMost; seen += eventsAtOnce) {
    const { events, next } = await activity.list({
      repository,
      kinds,
      limit: eventsAtOnce,
      ...(after && { after }),
    })
    for (const event of events) {
      const { digest, tags } = taggedBy(factOf(event))
      if (digest === null || !digests.has(digest)) continue
      const known = found.get(digest) ?? []
      found.set(digest, known)
      for (const tag of tags) {
        if (known.length < tagsAtMost && !known.includes(tag)) known.push(tag)
      }
    }
    if (next === null) break
    after = next
  }
  return found
}

type Tagged = { readonly digest: string | null; readonly tags: readonly string[] }

function taggedBy(fact: ReturnType<typeof factOf>): Tagged {
  switch (fact?.kind) {
    case 'image pushed':
    case 'tag restored':
      return { digest: fact.data.digest, tags: [fact.data.tag] }
    case 'image restored':
    case 'tag deleted':
      return { digest: fact.data.digest, tags: fact.data.tags ?? [] }
    default:
      return { digest: null, tags: [] }
  }
}
