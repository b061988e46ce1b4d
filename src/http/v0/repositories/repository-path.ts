import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'

/** One possible meaning of a path below `/repositories/`. */
export interface RepositoryPath {
  /** That of the calls there: `/repositories/{repository+}/tags/{reference}`. */
  readonly template: string
  readonly repository: RepositoryName
  /** The tag, digest or id as sent, unescaped and not yet checked; empty if there is none. */
  readonly reference: string
}

interface Ending {
  readonly template: string
  /** What follows the name of the repository; empty if nothing does. */
  readonly words: readonly string[]
  readonly withReference: boolean
}

function endingOf(template: string): Ending {
  const match = /^\/repositories\/\{repository\+\}((?:\/[\w-]+)*)(\/\{(?:reference|id)\})?$/.exec(
    template,
  )
  if (match === null) throw new Error(`no path of a repository: ${template}`)
  const [, words = '', reference] = match
  return { template, words: words.split('/').slice(1), withReference: reference !== undefined }
}

/** Words alone first, then one with a reference, and the repository itself last. */
const rankOf = ({ words, withReference }: Ending): number =>
  words.length === 0 ? 2 : withReference ? 1 : 0

/**
 * Reads what follows `/repositories/`, escaped as it was sent: every meaning by these templates,
 * likeliest first. A name has any number of parts, so the path is matched from the right:
 * `a/b/c/tags` lists the tags of `a/b/c`. Because `tags` may also be part of a name, the path may
 * also mean the repository itself: the repository that exists decides.
 *
 * The grammar of names rejects everything that an escape could hide (`%2F`, `%2e%2e`): such a path
 * has no meaning. A `DELETE` never has two meanings, because a name is never deleted.
 */
export function createPathReader(
  templates: readonly string[],
): (rest: string) => readonly RepositoryPath[] {
  const endings = [...new Set(templates)]
    .map(endingOf)
    .toSorted((one, other) => rankOf(one) - rankOf(other))
  return (rest) => {
    const parts = rest.split('/').map(unescaped)
    return endings.flatMap((ending) => readingBy(ending, parts) ?? [])
  }
}

function readingBy(
  { template, words, withReference }: Ending,
  parts: readonly (string | null)[],
): RepositoryPath | null {
  const reference = withReference ? parts.at(-1) : ''
  const wordsAt = parts.length - words.length - (withReference ? 1 : 0)
  if (wordsAt < 1 || words.some((word, at) => parts[wordsAt + at] !== word)) return null
  const nameParts = parts.slice(0, wordsAt)
  if (typeof reference !== 'string') return null
  if (nameParts.some((part) => part === null || part.includes('/'))) return null
  const repository = parseRepositoryName(nameParts.join('/'))
  return repository.ok ? { template, repository: repository.value, reference } : null
}

function unescaped(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
