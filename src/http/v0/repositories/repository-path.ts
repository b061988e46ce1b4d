import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'

/** What a path below `/repositories/` may ask for. */
export type RepositoryResource =
  | 'repository'
  | 'tags'
  | 'tag'
  | 'manifest'
  | 'deletion-impact'
  | 'layer-map'

/** One possible meaning of such a path. */
export interface RepositoryPath {
  readonly resource: RepositoryResource
  readonly repository: RepositoryName
  /** The tag or digest as sent, unescaped and not yet checked; empty if there is none. */
  readonly reference: string
}

const endings: readonly {
  readonly resource: RepositoryResource
  readonly word: string | null
  readonly withReference: boolean
}[] = [
  { resource: 'tags', word: 'tags', withReference: false },
  { resource: 'layer-map', word: 'layer-map', withReference: false },
  { resource: 'deletion-impact', word: 'deletion-impact', withReference: false },
  { resource: 'tag', word: 'tags', withReference: true },
  { resource: 'manifest', word: 'manifests', withReference: true },
  { resource: 'repository', word: null, withReference: false },
]

/**
 * Every meaning of what follows `/repositories/`, likeliest first. A name has any number of parts,
 * so the path is matched from the right: `a/b/c/tags` lists the tags of `a/b/c`. Because `tags` may
 * also be part of a name, the path may also mean the repository itself: the repository that exists
 * decides.
 *
 * The grammar of names rejects everything that an escape could hide (`%2F`, `%2e%2e`): such a path
 * has no meaning. A `DELETE` never has two meanings, because a name is never deleted.
 *
 * @param rest the path after the prefix, escaped as it was sent
 */
export function readRepositoryPath(rest: string): readonly RepositoryPath[] {
  const parts = rest.split('/').map(unescaped)
  const readings: RepositoryPath[] = []
  for (const { resource, word, withReference } of endings) {
    const reference = withReference ? parts.at(-1) : ''
    const wordAt = parts.length - (withReference ? 2 : 1)
    if (word !== null && (wordAt < 1 || parts[wordAt] !== word)) continue
    const nameParts = word === null ? parts : parts.slice(0, wordAt)
    if (typeof reference !== 'string') continue
    if (nameParts.some((part) => part === null || part.includes('/'))) continue
    const repository = parseRepositoryName(nameParts.join('/'))
    if (repository.ok) readings.push({ resource, repository: repository.value, reference })
  }
  return readings
}

function unescaped(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
