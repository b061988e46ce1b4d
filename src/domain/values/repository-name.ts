import { ok, err, type Result } from './result.ts'

declare const nameBrand: unique symbol

/** `team/app`: path components joined by `/` (OCI distribution spec, "Pulling manifests"). */
export type RepositoryName = string & { readonly [nameBrand]: 'RepositoryName' }

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const namePattern = new RegExp(`^${component}(?:/${component})*$`)
const maximumLength = 255

export function parseRepositoryName(input: unknown): Result<RepositoryName> {
  if (typeof input !== 'string' || input.length > maximumLength || !namePattern.test(input)) {
    return err({
      code: 'INVALID_REPOSITORY_NAME',
      message:
        'a repository name has lower-case letters, digits and single separators, in parts joined by "/", at most 255 characters',
    })
  }
  return ok(input as RepositoryName)
}

/**
 * A repository's namespace is everything before its last part: `team` for `team/app`, `a/b` for
 * `a/b/c`, and empty for a name with one part.
 */
export function splitRepositoryName(name: RepositoryName): { namespace: string; name: string } {
  const slash = name.lastIndexOf('/')
  return { namespace: name.slice(0, Math.max(slash, 0)), name: name.slice(slash + 1) }
}
