import type { RepositoryContents, TagContents } from '#gc/ports/registry-reader.ts'
import type { Digest } from '#domain/values/digest.ts'

/**
 * A repository's contents on the way between threads: a few lists of texts cost a fraction of one
 * object per tag.
 */
export interface PackedContents extends Omit<RepositoryContents, 'tags'> {
  readonly tagNames: readonly string[]
  readonly tagDigests: readonly (Digest | null)[]
  /** All histories joined, and the length of each tag's. */
  readonly tagHistories: readonly Digest[]
  readonly historyLengths: Uint32Array<ArrayBuffer>
}

export function packContents({ tags, ...others }: RepositoryContents): PackedContents {
  return {
    ...others,
    tagNames: tags.map(({ name }) => name),
    tagDigests: tags.map(({ digest }) => digest),
    tagHistories: tags.flatMap(({ history }) => history),
    historyLengths: Uint32Array.from(tags, ({ history }) => history.length),
  }
}

export function unpackContents(packed: PackedContents): RepositoryContents {
  const { tagNames, tagDigests, tagHistories, historyLengths, ...others } = packed
  const tags: TagContents[] = []
  let first = 0
  for (const [position, name] of tagNames.entries()) {
    const last = first + (historyLengths[position] ?? 0)
    tags.push({
      name,
      digest: tagDigests[position] ?? null,
      history: tagHistories.slice(first, last),
    })
    first = last
  }
  return { ...others, tags }
}
