import { ok, err, type Result } from '#domain/values/result.ts'

/* By itself, because every command reads it, and the rest of the configuration takes long to load. */

const wrongDatabase = (what: string) =>
  err({
    code: 'INVALID_CONFIGURATION',
    field: 'JETSAM_DATABASE',
    message: `JETSAM_DATABASE: ${what}: write postgres://user:password@host:5432/database`,
  })

/**
 * The address of a database of PostgreSQL; null: the environment names none. A refusal does not
 * repeat what was given, because a password may be in it.
 */
export function parseDatabaseURL(
  environment: Readonly<Record<string, string | undefined>>,
): Result<string | null> {
  const url = environment.JETSAM_DATABASE || null
  if (url === null) return ok(null)
  if (!/^postgres(?:ql)?:\/\//.test(url)) {
    return wrongDatabase('the state is in a database of PostgreSQL, or by default in SQLite')
  }
  // The host may also be a parameter: of a socket, its folder.
  const withHost = url.replace(/^([^:]+:\/\/(?:[^/?#]*@)?)(?=\/)/, '$1localhost')
  if (!URL.canParse(withHost)) {
    const encoded = 'and the characters @ : / ? # % of a password as %40 %3A %2F %3F %23 %25'
    return wrongDatabase(`this address cannot be read (${encoded})`)
  }
  const { pathname, username } = new URL(withHost)
  try {
    decodeURIComponent(`${pathname}${username}${new URL(withHost).password}`)
  } catch {
    return wrongDatabase('a % of a name or a password is written as %25')
  }
  return pathname.length > 1 ? ok(url) : wrongDatabase('the address names no database')
}
