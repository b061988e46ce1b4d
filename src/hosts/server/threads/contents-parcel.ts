import type { RepositoryContents, TagContents } from '#gc/ports/registry-reader.ts'
import type { Digest } from '#domain/values/digest.ts'

/**
 * What a repository claims, on its way between threads: a few lists of texts cost a fraction of what
 * as many objects as it has tags do.
 */
export interface ContentsParcel extends Omit<RepositoryContents, 'tags'> {
  readonly tagNames: readonly string[]
  readonly tagDigests: readonly (Digest | null)[]
  /** One after the other, and how many each tag has. */
  readonly tagHistories: readonly Digest[]
  readonly historyLengths: Uint32Array<ArrayBuffer>
}

export function packContents({ tags, ...others }: RepositoryContents): ContentsParcel {
  return {
    ...others,
    tagNames: tags.map(({ name }) => name),
    tagDigests: tags.map(({ digest }) => digest),
    tagHistories: tags.flatMap(({ history }) => history),
    historyLengths: Uint32Array.from(tags, ({ history }) => history.length),
  }
}

export function unpackContents(parcel: ContentsParcel): RepositoryContents {
  const { tagNames, tagDigests, tagHistories, historyLengths, ...others } = parcel
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
