import { parseDigest, type Digest } from '#domain/values/digest.ts'
import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import { levelNeeded, type RepositoryAction } from '#domain/access/repository-action.ts'
import type { Principal } from '#services/accounts/authentication.ts'
import { isOpenToAll, mayDo } from '#services/accounts/principal.ts'
import type { Intent } from '#registry/blobs/blob-store.ts'
import type { Context } from 'hono'
import { tokenLacks } from '../middleware/access.ts'
import type { BearerGrant } from '../middleware/bearer-tokens.ts'
import type { Env } from '../request-context.ts'
import { renewPrincipal } from '../middleware/renew-principal.ts'
import { signInFirst, tokenIsForLess } from './auth/challenge.ts'
import type { ApiServices } from '../services.ts'
import { OciError } from './oci-error.ts'

/** One request to `/v2/`. */
export interface V2Call {
  readonly context: Context<Env>
  readonly services: ApiServices
  /** The caller; for an anonymous one, the principal that may read what is public. */
  readonly principal: Principal
  readonly isAnonymous: boolean
  /** What the bearer token allows; null without one. */
  readonly bearer: BearerGrant | null
}

/** Whether both the caller's grants and the bearer token allow it. */
export function mayDoNow(call: V2Call, repository: string, action: RepositoryAction): boolean {
  return mayDo(call.principal, repository, action) && isOfBearer(call, repository, action)
}

/** What is public needs no token, so a token for something else does not close it. */
const isOfBearer = (
  { bearer, principal }: V2Call,
  repository: string,
  action: RepositoryAction,
): boolean =>
  bearer === null ||
  bearer.repositories.some(
    ({ name, actions }) => name === repository && actions.includes(action),
  ) ||
  (action === 'pull' && isOpenToAll(principal, repository))

/**
 * The scope that a client is told to ask for: a push first checks what it need not upload.
 * @param source the repository from which to mount a blob, if any
 */
const scopeFor = (
  repository: RepositoryName,
  action: RepositoryAction,
  source: RepositoryName | null = null,
): string =>
  `repository:${repository}:${action === 'push' ? 'pull,push' : action}${
    source === null ? '' : ` ${scopeFor(source, 'pull')}`
  }`

/**
 * The parsed name, if the caller may do this there. A hidden repository is answered as if it did
 * not exist; a refused push says why, which reveals nothing, because it never depends on what
 * exists. An anonymous caller is challenged; and a client whose bearer token allows less than it
 * could is told to get another.
 * @param source the repository from which to mount a blob, if any: for the scope in the challenge
 */
export function repositoryFor(
  call: V2Call,
  name: string,
  action: RepositoryAction,
  source: RepositoryName | null = null,
): RepositoryName {
  const { context, principal, isAnonymous } = call
  const parsed = parseRepositoryName(name)
  if (!parsed.ok) {
    throw isAnonymous ? signInFirst(context) : new OciError('NAME_INVALID', parsed.refusal.message)
  }
  const repository = parsed.value
  if (!mayDo(principal, repository, action)) {
    if (isAnonymous) throw signInFirst(context, scopeFor(repository, action, source))
    throw action === 'pull' ? nameUnknown(repository) : denied(principal, repository, action)
  }
  if (!isOfBearer(call, repository, action)) {
    throw tokenIsForLess(context, scopeFor(repository, action, source))
  }
  return repository
}

/**
 * Whether a blob may be mounted from there. A client whose bearer token covers only the target is
 * told to get one for both, as Distribution does: clients that support mounts ask for both at once.
 */
export function mayMountFrom(
  call: V2Call,
  repository: RepositoryName,
  source: RepositoryName,
): boolean {
  if (!mayDo(call.principal, source, 'pull')) return false
  if (isOfBearer(call, source, 'pull')) return true
  throw tokenIsForLess(call.context, scopeFor(repository, 'push', source))
}

function denied(principal: Principal, repository: string, action: RepositoryAction): OciError {
  return new OciError(
    'DENIED',
    principal.token === undefined
      ? `this needs ${levelNeeded[action]} access to ${repository}: ask an administrator for it`
      : tokenLacks(action, repository),
  )
}

/**
 * Checks access again, just before a push is committed or an image deleted: the body, the push gate
 * or the repository's lock may have taken long.
 */
export async function checkAgain(
  { context, isAnonymous, services }: V2Call,
  repository: RepositoryName,
  action: RepositoryAction,
): Promise<void> {
  if (isAnonymous) return
  const now = await renewPrincipal(context, services)
  if (now === null) throw signInFirst(context, scopeFor(repository, action))
  if (!mayDo(now, repository, action)) throw denied(now, repository, action)
}

export const nameUnknown = (name: RepositoryName): OciError =>
  new OciError(
    'NAME_UNKNOWN',
    `there is no repository "${name}" that you may see: check its name, or ask for access`,
  )

export function requireDigest(input: unknown): Digest {
  const parsed = parseDigest(input)
  if (!parsed.ok) throw new OciError('DIGEST_INVALID', parsed.refusal.message)
  return parsed.value
}

/** Clients check by `HEAD` what they need not upload. */
export const intentOf = (request: Request): Intent =>
  request.method === 'HEAD' ? 'push-check' : 'pull'

export const etagOf = (digest: Digest): string => `"${digest}"`

/** Whether the client has it already (RFC 9110, 13.1.2): a digest always names the same bytes. */
export const matchesEtag = (header: string | null | undefined, digest: Digest): boolean =>
  header
    ?.split(',')
    .some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etagOf(digest)) ?? false
