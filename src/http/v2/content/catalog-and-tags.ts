import { mayDo } from '#services/accounts/principal.ts'
import { signInFirst, tokenIsForLess } from '../auth/challenge.ts'
import { OciError } from '../oci-error.ts'
import { nameUnknown, repositoryFor, type V2Call } from '../v2-call.ts'
import { locationOf } from '../v2-path.ts'

/** Sent when the client names no number of repositories, or asks for more. */
const maximumRepositories = 1000

const catalogScope = 'registry:catalog:*'

/**
 * `GET /v2/_catalog`: only what the account may see. Not in the OCI spec, but in every client. A
 * caller without credentials is challenged first, even if there are public repositories: clients
 * send credentials only after a challenge, and would take a part for the whole.
 */
export async function listRepositories(call: V2Call): Promise<Response> {
  const { context, bearer, isAnonymous, principal } = call
  const isOpen = bearer !== null && (principal.publicGrants ?? []).length > 0
  if (isAnonymous && !isOpen) throw signInFirst(context, catalogScope)
  if (bearer?.catalog === false) throw tokenIsForLess(context, catalogScope)
  const names = await call.services.registry.catalog.repositories()
  const visible = names.filter((name) => mayDo(principal, name, 'pull'))
  const count = Math.min(requestedCount(call) ?? maximumRepositories, maximumRepositories)
  const last = call.context.req.query('last') ?? ''
  const page = pageOf(
    visible.filter((repository) => repository > last),
    count,
    locationOf.catalog,
  )
  return Response.json({ repositories: page.names }, { headers: page.headers })
}

/** `GET /v2/<name>/tags/list` (OCI distribution spec, "Listing Tags"). */
export async function listTags(call: V2Call, name: string): Promise<Response> {
  const { catalog } = call.services.registry
  const repository = repositoryFor(call, name, 'pull')
  const count = requestedCount(call)
  if (!(await catalog.has(repository))) throw nameUnknown(repository)
  const after = call.context.req.query('last') ?? ''
  // One more than is sent shows whether there are more.
  const atMost = count === null ? Infinity : count + 1
  const names = await catalog.tagNames(repository, { after, atMost })
  const page = pageOf(names, count ?? names.length, locationOf.tags(repository))
  return Response.json({ name: repository, tags: page.names }, { headers: page.headers })
}

function requestedCount({ context }: V2Call): number | null {
  const text = context.req.query('n')
  if (text === undefined) return null
  if (!/^\d{1,9}$/.test(text)) {
    throw new OciError('PAGINATION_NUMBER_INVALID', 'n must be a whole number, 0 or more')
  }
  return Number(text)
}

/** The first items of what comes next, with a `Link` to the next page if there are more. */
function pageOf(
  next: readonly string[],
  count: number,
  path: string,
): { readonly names: readonly string[]; readonly headers: Record<string, string> } {
  const names = next.slice(0, count)
  const final = names.at(-1)
  const hasMore = final !== undefined && names.length < next.length
  if (!hasMore) return { names, headers: {} }
  const query = new URLSearchParams({ n: String(count), last: final })
  return { names, headers: { Link: `<${path}?${query.toString()}>; rel="next"` } }
}
