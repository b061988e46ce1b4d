import type { GatePass } from '#coordination/push-gate.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { parseDigest, type Digest } from '#domain/values/digest.ts'
import { parseRepositoryName } from '#domain/values/repository-name.ts'
import { performRecorded } from '#services/images/record-exactly-once.ts'
import type { PendingAct } from '#state/pending-acts.ts'
import type { UploadRefusal, UploadStatus } from '#registry/uploads/uploads.ts'
import { chunkOf } from './chunk.ts'
import { OciError } from '../oci-error.ts'
import { actByDigest } from './act-by-digest.ts'
import { throughGate } from './through-gate.ts'
import { uploadRefused } from '../to-oci-error.ts'
import {
  checkAgain,
  mayDoNow,
  mayMountFrom,
  repositoryFor,
  requireDigest,
  type V2Call,
} from '../v2-call.ts'
import { locationOf } from '../v2-path.ts'

/** An empty upload is `0-0` too: clients know it in this form from Distribution. */
const receivedRange = (status: UploadStatus): string => `0-${Math.max(0, status.sizeBytes - 1)}`

const uploadHeaders = (repository: RepositoryName, status: UploadStatus) => ({
  Location: locationOf.upload(repository, status.id),
  Range: receivedRange(status),
  'Docker-Upload-UUID': status.id,
})

const blobCreated = (repository: RepositoryName, digest: Digest): Response =>
  new Response(null, {
    status: 201,
    headers: { Location: locationOf.blob(repository, digest), 'Docker-Content-Digest': digest },
  })

/** A refusal with the upload's offset, so that the client can continue from there. */
function refusalOf(repository: RepositoryName, refusal: UploadRefusal): OciError {
  const error = uploadRefused(refusal)
  if (refusal.status === undefined) return error
  return new OciError(error.code, error.message, {
    headers: uploadHeaders(repository, refusal.status),
  })
}

/** The upload no longer exists. */
const isGone = ({ code }: UploadRefusal): boolean =>
  code === 'DIGEST_INVALID' || code === 'BLOB_UPLOAD_UNKNOWN'

const uploadUnknown = (): OciError =>
  new OciError(
    'BLOB_UPLOAD_UNKNOWN',
    'there is no such upload: it was finished, or given up for idle; push again',
  )

/** `POST /v2/<name>/blobs/uploads/`: mounts a blob, takes a whole one, or starts an upload. */
export async function startUpload(call: V2Call, name: string): Promise<Response> {
  const { services, context } = call
  const { mount, from, digest: digestText } = context.req.query()
  const named = parseRepositoryName(from)
  const source = named.ok ? named.value : null
  const repository = repositoryFor(call, name, 'push', source)
  const digest = digestText === undefined ? null : requireDigest(digestText)
  return throughGate(services, { repository, step: 'upload' }, async (pass) => {
    await checkAgain(call, repository, 'push')
    const mounted =
      from !== undefined && source === null
        ? null
        : await mountBlob(call, repository, mount, source)
    if (mounted !== null) return blobCreated(repository, mounted)
    if (digest !== null) return uploadWhole(call, pass, repository, digest)
    const { uploadQuota, registry } = services
    const status = await uploadQuota.beginUpload(
      call.principal.name,
      () => registry.uploads.start(repository),
      async (id) => (await registry.uploads.status(repository, id)) !== null,
    )
    if (status === null) throw tooManyUploads()
    return new Response(null, { status: 202, headers: uploadHeaders(repository, status) })
  })
}

/**
 * With 429 some clients wait as long as they are told, and succeed after the account's other
 * pushes; the others print the message at once.
 */
const tooManyUploads = (): OciError =>
  new OciError(
    'TOOMANYREQUESTS',
    'this account has too many uploads open: let its other pushes finish, then try again',
    { headers: { 'Retry-After': '10' } },
  )

/**
 * The digest, if the blob could be mounted from a repository that the client may read: the one that
 * it names or, without a name, one where the blob was seen lately. Null in every other case, which
 * the spec answers with an upload: it reveals nothing about the source.
 */
async function mountBlob(
  call: V2Call,
  repository: RepositoryName,
  digestText: string | undefined,
  source: RepositoryName | null,
): Promise<Digest | null> {
  const parsed = parseDigest(digestText)
  if (!parsed.ok) return null
  const digest = parsed.value
  if (source !== null && !mayMountFrom(call, repository, source)) return null
  const { blobs } = call.services.registry
  let pending: readonly PendingAct[] = []
  const isMounted = await performRecorded(call.services, {
    kind: 'adds',
    act(announce) {
      const note = async () => {
        pending = [actByDigest(call, 'blob mounted', repository, digest)]
        await announce(pending)
      }
      return source === null
        ? blobs.mountFromAny(repository, digest, (name) => mayDoNow(call, name, 'pull'), note)
        : blobs.mount(repository, source, digest, note)
    },
    happened: (mounted) => (mounted ? pending : []),
  })
  return isMounted ? digest : null
}

async function uploadWhole(
  call: V2Call,
  pass: GatePass,
  repository: RepositoryName,
  digest: Digest,
): Promise<Response> {
  const { uploads } = call.services.registry
  const chunk = chunkOf(call.context.req.raw, pass)
  const beforeChange = () => checkAgain(call, repository, 'push')
  const { id } = await uploads.start(repository)
  let finished = false
  try {
    const outcome = await uploads.finish(repository, id, digest, chunk, beforeChange)
    if (!outcome.ok) throw uploadRefused(outcome.refusal)
    finished = true
    return blobCreated(repository, digest)
  } finally {
    // The client never got the upload's location, so it could not continue it.
    if (!finished) await uploads.cancel(repository, id)
  }
}

/** `PATCH /v2/<name>/blobs/uploads/<id>`: the next chunk, or all of it in one stream. */
export async function appendChunk(call: V2Call, name: string, id: string): Promise<Response> {
  const repository = repositoryFor(call, name, 'push')
  return throughGate(call.services, { repository, step: 'upload' }, async (pass) => {
    const chunk = chunkOf(call.context.req.raw, pass)
    const { uploads } = call.services.registry
    call.services.uploadQuota.touchUpload(call.principal.name, id)
    const appended = chunk === undefined ? null : await uploads.append(repository, id, chunk)
    if (appended !== null && !appended.ok) throw refusalOf(repository, appended.refusal)
    const status = appended?.value ?? (await uploads.status(repository, id))
    if (status === null) throw uploadUnknown()
    return new Response(null, { status: 202, headers: uploadHeaders(repository, status) })
  })
}

/**
 * `PUT /v2/<name>/blobs/uploads/<id>?digest=`: the last chunk, if any, and the digest of the whole.
 */
export async function finishUpload(call: V2Call, name: string, id: string): Promise<Response> {
  const repository = repositoryFor(call, name, 'push')
  const digest = requireDigest(call.context.req.query('digest'))
  return throughGate(call.services, { repository, step: 'upload' }, async (pass) => {
    const chunk = chunkOf(call.context.req.raw, pass)
    const { uploads } = call.services.registry
    const beforeChange = () => checkAgain(call, repository, 'push')
    const finished = await uploads.finish(repository, id, digest, chunk, beforeChange)
    if (finished.ok || isGone(finished.refusal)) {
      call.services.uploadQuota.endUpload(call.principal.name, id)
    }
    if (!finished.ok) throw refusalOf(repository, finished.refusal)
    return blobCreated(repository, digest)
  })
}

/** `GET /v2/<name>/blobs/uploads/<id>`: how much has arrived. */
export async function getUpload(call: V2Call, name: string, id: string): Promise<Response> {
  const repository = repositoryFor(call, name, 'push')
  const status = await call.services.registry.uploads.status(repository, id)
  if (status === null) throw uploadUnknown()
  return new Response(null, { status: 204, headers: uploadHeaders(repository, status) })
}

/** `DELETE /v2/<name>/blobs/uploads/<id>`. It frees bytes, so it does not pass the push gate. */
export async function cancelUpload(call: V2Call, name: string, id: string): Promise<Response> {
  const repository = repositoryFor(call, name, 'push')
  const canceled = await call.services.registry.uploads.cancel(repository, id)
  if (!canceled) throw uploadUnknown()
  call.services.uploadQuota.endUpload(call.principal.name, id)
  return new Response(null, { status: 204 })
}
