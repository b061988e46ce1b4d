import type { Digest } from '#domain/values/digest.ts'
import type { Refusal } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { readTagLinks } from './tag-links.ts'

/** By which rule a tag is protected. */
export interface Protection {
  /** Of the policy that has the rule. */
  readonly scope: string
  /** In words. */
  readonly rule: string
}

/** Null: a tag that may be moved and deleted. */
export type ProtectionOf = (tag: TagName) => Protection | null

/**
 * Which tags of a repository are protected now; null: none can be, so that nothing has to be read.
 * Asked within the repository's lock, just before each change of tags.
 */
export type FindProtection = (repository: RepositoryName) => Promise<ProtectionOf | null>

export const nothingIsProtected: FindProtection = async () => null

export interface ProtectedTag extends Protection {
  readonly name: TagName
}

export interface TagProtected extends Refusal {
  readonly code: 'TAG_PROTECTED'
  readonly protectedTags: readonly ProtectedTag[]
}

const few = 3

/** Why these tags may not be taken from what they show; null: they may. */
export async function refuseIfProtected(
  find: FindProtection,
  repository: RepositoryName,
  tags: readonly TagName[],
): Promise<TagProtected | null> {
  const protectionOf = tags.length === 0 ? null : await find(repository)
  if (protectionOf === null) return null
  const protectedTags = tags.flatMap((name) => {
    const protection = protectionOf(name)
    return protection === null ? [] : [{ name, ...protection }]
  })
  const [first] = protectedTags
  if (first === undefined) return null
  const named = protectedTags.slice(0, few).map(({ name }) => name)
  const more = protectedTags.length > few ? ` and ${protectedTags.length - few} more` : ''
  const are = protectedTags.length === 1 ? 'is' : 'are'
  const policy =
    first.scope === 'registry'
      ? 'the retention policy of the registry'
      : `the retention policy of ${first.scope}`
  return {
    code: 'TAG_PROTECTED',
    message: `${named.join(', ')}${more} in ${repository} ${are} protected: ${policy} says "${first.rule}"; use another tag, or ask those who may change the policy`,
    protectedTags,
  }
}

interface MoveDeps {
  readonly findProtection: FindProtection
  readonly objects: Pick<ObjectReader, 'getMany'>
}

/** Why these tags may not be moved to the manifest; a tag that shows nothing yet is free. */
export async function refuseMoveOfProtected(
  { findProtection, objects }: MoveDeps,
  repository: RepositoryName,
  tags: readonly { readonly name: TagName; readonly digest: Digest }[],
): Promise<TagProtected | null> {
  if (tags.length === 0 || (await findProtection(repository)) === null) return null
  const names = tags.map(({ name }) => name)
  const links = await readTagLinks(objects, repository, names)
  const moved = tags.filter(({ digest }, position) => {
    const now = links[position]?.digest ?? null
    return now !== null && now !== digest
  })
  return await refuseIfProtected(
    findProtection,
    repository,
    moved.map(({ name }) => name),
  )
}
