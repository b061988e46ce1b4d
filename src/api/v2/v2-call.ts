import { allows } from '#domain/access-level.ts'
import { parseDigest, type Digest } from '#domain/digest.ts'
import { parseRepositoryName, type RepositoryName } from '#domain/repository-name.ts'
import type { Principal } from '#operations/authentication.ts'
import type { Asker } from '#registry/blob-store.ts'
import type { Context } from 'hono'
import type { Env } from '../env.ts'
import type { ApiServices } from '../services.ts'
import { OciError } from './oci-error.ts'

/** One request to `/v2/` by somebody who is signed in. */
export interface V2Call {
  readonly context: Context<Env>
  readonly services: ApiServices
  readonly principal: Principal
}

/**
 * The parsed name, if who asks may read or write there. What may not be seen is answered as if it
 * were not there; a refused push says why, for it reveals nothing: it never depends on what exists.
 */
export function repositoryFor(
  { services, principal }: V2Call,
  name: string,
  intent: 'read' | 'write',
): RepositoryName {
  const parsed = parseRepositoryName(name)
  if (!parsed.ok) throw new OciError('NAME_INVALID', parsed.refusal.message)
  const has = services.authentication.accessLevel(principal, parsed.value)
  if (intent === 'read') {
    if (!allows(has, 'read-only')) throw nameUnknown(parsed.value)
  } else if (!allows(has, 'read-write')) {
    throw new OciError('DENIED', `this needs read-write access to ${parsed.value}`)
  }
  return parsed.value
}

export const nameUnknown = (name: RepositoryName): OciError =>
  new OciError('NAME_UNKNOWN', `there is no repository "${name}"`)

export function requireDigest(input: unknown): Digest {
  const parsed = parseDigest(input)
  if (!parsed.ok) throw new OciError('DIGEST_INVALID', parsed.refusal.message)
  return parsed.value
}

/** Clients look by `HEAD` for what they need not upload. */
export const askerOf = (request: Request): Asker =>
  request.method === 'HEAD' ? 'pusher' : 'reader'

export const etagOf = (digest: Digest): string => `"${digest}"`

/** Whether the client has it already (RFC 9110, 13.1.2): digests never change what they name. */
export const matchesEtag = (header: string | null | undefined, digest: Digest): boolean =>
  header
    ?.split(',')
    .some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etagOf(digest)) ?? false
