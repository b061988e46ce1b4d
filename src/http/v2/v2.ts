import { Hono, type Context } from 'hono'
import { basicChallenge, identify } from '../middleware/access.ts'
import { isFromNamedOrigin, namedOrigins } from '../middleware/cors.ts'
import { readerByToken } from '../middleware/reader-by-token.ts'
import type { Env } from '../request-context.ts'
import type { ApiServices } from '../services.ts'
import { deleteBlob, getBlob } from './content/blobs.ts'
import { bearerChallenge, signInFirst } from './auth/challenge.ts'
import { listRepositories, listTags } from './content/catalog-and-tags.ts'
import { deleteManifest, getManifest, putManifest } from './content/manifests.ts'
import { OciError, sendOciError } from './oci-error.ts'
import { listReferrers } from './content/referrers.ts'
import { toOciError } from './to-oci-error.ts'
import { issueByForm, issueToken } from './auth/token.ts'
import {
  appendChunk,
  cancelUpload,
  finishUpload,
  getUpload,
  startUpload,
} from './content/uploads.ts'
import type { V2Call } from './v2-call.ts'
import { locationOf, parseV2Path, type V2Path } from './v2-path.ts'

/** Handlers of one path by method; `HEAD` is answered like `GET`, without a body. */
type Handlers = Readonly<Record<string, () => Response | Promise<Response>>>

function handlersOf(call: V2Call, path: V2Path): Handlers {
  switch (path.kind) {
    case 'base':
      return { GET: () => answerBase(call) }
    case 'token':
      return { GET: () => issueToken(call), POST: () => issueByForm(call) }
    case 'catalog':
      return { GET: () => listRepositories(call) }
    case 'tags':
      return { GET: () => listTags(call, path.name) }
    case 'referrers':
      return { GET: () => listReferrers(call, path.name, path.digest) }
    case 'manifest':
      return {
        GET: () => getManifest(call, path.name, path.reference),
        PUT: () => putManifest(call, path.name, path.reference),
        DELETE: () => deleteManifest(call, path.name, path.reference),
      }
    case 'blob':
      return {
        GET: () => getBlob(call, path.name, path.digest),
        DELETE: () => deleteBlob(call, path.name, path.digest),
      }
    case 'uploads':
      return { POST: () => startUpload(call, path.name) }
    case 'upload':
      return {
        GET: () => getUpload(call, path.name, path.id),
        PATCH: () => appendChunk(call, path.name, path.id),
        PUT: () => finishUpload(call, path.name, path.id),
        DELETE: () => cancelUpload(call, path.name, path.id),
      }
  }
}

/** Always a challenge for an anonymous caller: here clients learn how to sign in. */
function answerBase({ context, isAnonymous, bearer, principal }: V2Call): Response {
  const isLetIn = bearer !== null && (principal.publicGrants ?? []).length > 0
  if (isAnonymous && !isLetIn) throw signInFirst(context)
  return Response.json({})
}

async function answer(call: V2Call): Promise<Response> {
  const { method, url } = call.context.req
  const path = parseV2Path(new URL(url).pathname)
  if (path === null) {
    if (call.isAnonymous) throw signInFirst(call.context)
    throw new OciError(
      'UNSUPPORTED',
      'the registry has no such path: those that it has are in the OCI distribution spec',
      { status: 404 },
    )
  }
  const handlers = handlersOf(call, path)
  const handle = handlers[method === 'HEAD' ? 'GET' : method]
  if (handle === undefined) {
    if (call.isAnonymous) throw signInFirst(call.context)
    const methods = Object.keys(handlers).flatMap((name) =>
      name === 'GET' ? ['GET', 'HEAD'] : name,
    )
    throw new OciError(
      'UNSUPPORTED',
      `${method} is not possible here, only ${methods.join(', ')}`,
      {
        headers: { Allow: methods.join(', ') },
      },
    )
  }
  return handle()
}

/** The registry itself: OCI distribution spec 1.1. Anonymous callers reach what is public. */
export function createV2(services: ApiServices): Hono<Env> {
  const v2 = new Hono<Env>()
  v2.use(async (context, next) => {
    await next()
    // Without this header some clients take it for a registry of version 1.
    context.header('Docker-Distribution-API-Version', 'registry/2.0')
    // One account's answer must not be cached for another; blobs and manifests set their own
    // lifetime.
    if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store')
  })
  v2.use(namedOrigins(services))
  v2.use(identify(services, { isRegistry: true }))
  v2.all('*', async (context) => {
    const { bearer, principal } = context.var
    return answer({
      context,
      services,
      bearer,
      isAnonymous: principal === null,
      principal:
        principal ??
        (await services.authentication
          .anonymous()
          .catch((error: unknown) => readerByToken(context, bearer, null, error))),
    })
  })
  v2.onError((error, context) => {
    const refused = toOciError(error, challengeOf(context))
    if (refused.cause !== undefined) {
      services.reportFailure(refused.cause, `${context.req.method} ${context.req.path}`)
    }
    const answered = sendOciError(context, refused)
    // For a browser that asks for credentials by itself: it knows no other scheme, and pages look
    // for the one that they know.
    if (answered.status === 401 && isFromNamedOrigin(context, services)) {
      answered.headers.append('WWW-Authenticate', basicChallenge)
    }
    return answered
  })
  return v2
}

/** The challenge for missing or wrong credentials. The path of tokens itself asks for a password. */
function challengeOf(context: Context<Env>): Record<string, string> {
  if (context.req.path === locationOf.token) return { 'WWW-Authenticate': basicChallenge }
  const isBearer = /^bearer\b/i.test(context.req.header('Authorization') ?? '')
  return bearerChallenge(context, undefined, isBearer ? 'invalid_token' : undefined)
}
