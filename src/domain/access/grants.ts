import { parseAccessLevel, type Grant } from './access-level.ts'
import { ok, err, type Result } from '../values/result.ts'
import { parseRepositoryName } from '../values/repository-name.ts'

/** The most grants of an account: a longer request is refused before it costs anything. */
export const maximumGrants = 1000

/** A namespace (`team`) or a repository (`team/app`): their grammar is the same. */
export function parseScope(input: unknown): Result<string> {
  const name = parseRepositoryName(input)
  if (name.ok) return ok(name.value)
  return err({
    code: 'INVALID_GRANT',
    message:
      'a namespace or repository has lower-case letters, digits and single separators, in parts joined by "/"',
  })
}

/** All grants of an account: at most one level for each scope. Refusals name the field. */
export function parseGrants(
  input: readonly { readonly scope: unknown; readonly accessLevel: unknown }[],
): Result<readonly Grant[]> {
  if (input.length > maximumGrants) {
    return wrong('grants', `an account has at most ${maximumGrants} grants`)
  }
  const levels = new Map<string, Grant>()
  for (const [at, { scope, accessLevel }] of input.entries()) {
    const place = `grants.${at}`
    const parsedScope = parseScope(scope)
    if (!parsedScope.ok) return wrong(`${place}.scope`, parsedScope.refusal.message)
    const level = parseAccessLevel(accessLevel)
    if (!level.ok) return wrong(`${place}.accessLevel`, level.refusal.message)
    if (levels.has(parsedScope.value)) {
      return wrong(`${place}.scope`, `"${parsedScope.value}" is there twice`)
    }
    levels.set(parsedScope.value, { scope: parsedScope.value, accessLevel: level.value })
  }
  return ok([...levels.values()])
}

const wrong = (field: string, message: string) => err({ code: 'INVALID_GRANT', field, message })
