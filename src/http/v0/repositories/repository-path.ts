import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'

/** What a path below `/repositories/` may ask for. */
export type RepositoryResource =
  | 'repository'
  | 'tags'
  | 'tag'
  | 'manifest'
  | 'deletion-impact'
  | 'layer-map'

/** One way to read such a path. */
export interface RepositoryPath {
  readonly resource: RepositoryResource
  readonly repository: RepositoryName
  /** The tag or digest as it was sent, unescaped and not yet checked; empty where there is none. */
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
 * Every way to read what follows `/repositories/`, the likeliest first. A name has any number of
 * parts, so the path is matched from the right: `a/b/c/tags` lists the tags of `a/b/c`. Since `tags`
 * may be part of a name too, it may also be the repository itself: which of them exists decides.
 *
 * The grammar of names refuses whatever an escape may smuggle in (`%2F`, `%2e%2e`): such a path has
 * no reading. None reads `DELETE` in two ways, for a name is never deleted.
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
