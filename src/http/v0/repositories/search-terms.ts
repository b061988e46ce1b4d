import { digestAlgorithms } from '#domain/values/digest.ts'

/** How well a result matches a search: 0 is best; null: not at all. */
export type Rank = number | null

export interface SearchTerms {
  repositoryRank(repository: string): Rank
  /** Null if no tag of the repository can match. */
  tagRank(repository: string): ((tag: string, digest: string) => Rank) | null
}

/** Fewer characters occur in too many digests to mean one. */
const digestPrefix = /^(?:(sha256|sha512):)?([0-9a-f]{6,128})$/

const nothing: SearchTerms = { repositoryRank: () => null, tagRank: () => null }

/**
 * The typed text, in any case: words in any order, each of them in the name. A word may be a whole
 * reference (`team/app:1.2`), or the beginning of a digest, as clients print them.
 */
export function createSearchTerms(query: string): SearchTerms {
  const text = query.trim().toLowerCase()
  if (text === '') return nothing
  const [, algorithm, hex = null] = digestPrefix.exec(text) ?? []
  const beginnings = (algorithm ? [algorithm] : digestAlgorithms).map((name) => `${name}:${hex}`)
  // `app:1.2` asks for tags of repositories whose names end so, and for no repository.
  const reference = /^([^:\s]+):([^:\s]*)$/.exec(text)
  const byDigest = (digest: string): Rank =>
    hex !== null && beginnings.some((beginning) => digest.startsWith(beginning)) ? 1 : null
  if (reference !== null && !digestAlgorithms.some((name) => text.startsWith(`${name}:`))) {
    const [, repositoryPart = '', tagPart = ''] = reference
    return {
      repositoryRank: () => null,
      tagRank: (repository) =>
        repository.endsWith(repositoryPart) ? (tag) => nameRank(tag.toLowerCase(), tagPart) : null,
    }
  }
  const words = text.split(/\s+/)
  return {
    repositoryRank: (repository) => wordsRank(repository, words),
    tagRank(repository) {
      const rest = words.filter((word) => !repository.includes(word))
      return (tag, digest) => {
        const name = tag.toLowerCase()
        // Words that the repository's name has do not narrow its tags, unless the tag has them too.
        const asked = rest.length > 0 ? rest : words
        return wordsRank(name, asked) ?? byDigest(digest)
      }
    },
  }
}

function wordsRank(name: string, words: readonly string[]): Rank {
  let worst = 0
  for (const word of words) {
    const rank = nameRank(name, word)
    if (rank === null) return null
    worst = Math.max(worst, rank)
  }
  return worst
}

/** Ranks the whole name, its last part, a beginning, and any other part. */
function nameRank(name: string, part: string): Rank {
  if (name === part || name.endsWith(`/${part}`)) return 0
  if (name.startsWith(part) || name.includes(`/${part}`)) return 1
  return name.includes(part) ? 2 : null
}
