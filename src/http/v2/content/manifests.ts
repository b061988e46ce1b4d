import { maximumManifestBytes } from '#domain/manifest/manifest.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import { createEvent } from '#services/activity/record-activity.ts'
import { performRecorded } from '#services/images/record-exactly-once.ts'
import { deleteImage, deleteTag } from '#services/images/deletion.ts'
import {
  isDigestReference,
  parseReference,
  type Reference,
} from '#registry/manifests/tag-or-digest.ts'
import type { PendingAct } from '#state/pending-acts.ts'
import { actorOf } from '../../request-context.ts'
import { readLimited } from './limited-body.ts'
import { OciError } from '../oci-error.ts'
import { actByDigest } from './act-by-digest.ts'
import { throughGate } from './through-gate.ts'
import { deletionRefused, manifestRefused } from '../to-oci-error.ts'
import {
  intentOf,
  checkAgain,
  etagOf,
  matchesEtag,
  repositoryFor,
  type V2Call,
} from '../v2-call.ts'
import { locationOf } from '../v2-path.ts'

const manifestUnknown = (repository: RepositoryName, reference: string): OciError =>
  new OciError(
    'MANIFEST_UNKNOWN',
    `there is no manifest "${reference}" in ${repository}; if it was deleted, the trash may still have it`,
  )

/**
 * `GET` and `HEAD /v2/<name>/manifests/<reference>`. Sends the stored manifest for any `Accept`: a
 * 404 for a type that the client did not list reads as if the image were gone.
 */
export async function getManifest(call: V2Call, name: string, text: string): Promise<Response> {
  const { registry } = call.services
  const repository = repositoryFor(call, name, 'pull')
  const reference = parseReference(text)
  // An impossible reference is 404 too (conformance suite: `.INVALID_MANIFEST_NAME`).
  if (!reference.ok) throw manifestUnknown(repository, text)
  const request = call.context.req.raw
  const stored = await registry.manifests.readManifest(
    repository,
    reference.value,
    intentOf(request),
  )
  if (stored === null) throw manifestUnknown(repository, text)
  const { digest, mediaType, bytes } = stored
  call.services.pullRecorder.pulled({
    repository,
    tag: isDigestReference(reference.value) ? null : reference.value,
    digest,
    by: call.isAnonymous ? null : call.principal.name,
    userAgent: request.headers.get('User-Agent') ?? '',
    isHead: request.method === 'HEAD',
  })
  const headers = {
    'Content-Type': mediaType,
    'Docker-Content-Digest': digest,
    ETag: etagOf(digest),
    // A tag moves, and an image may be deleted: clients must revalidate each time, by the ETag.
    'Cache-Control': 'private, no-cache',
  }
  if (matchesEtag(request.headers.get('If-None-Match'), digest)) {
    return new Response(null, { status: 304, headers })
  }
  return new Response(request.method === 'HEAD' ? null : bytes, {
    headers: { ...headers, 'Content-Length': String(bytes.length) },
  })
}

/** `PUT /v2/<name>/manifests/<reference>`: the commit of a push. */
export async function putManifest(call: V2Call, name: string, text: string): Promise<Response> {
  const { services, context } = call
  const repository = repositoryFor(call, name, 'push')
  const reference = referenceToWrite(text)
  const kind = isDigestReference(reference) ? 'digest' : 'tag'
  const tags = isDigestReference(reference) ? tagsAskedFor(call) : [reference]
  // Read before the gate: a slow client inside would keep a collection from starting.
  const bytes = await readLimited(context.req.raw, maximumManifestBytes)
  if (bytes === null) {
    throw new OciError(
      'SIZE_INVALID',
      'a manifest may have at most 4 MiB: list less in it, or put annotations elsewhere',
      { status: 413 },
    )
  }
  return throughGate(services, { repository, step: 'commit', reference: kind }, async () => {
    const contentType = context.req.header('Content-Type')?.split(';')[0]?.trim()
    let pending: readonly PendingAct[] = []
    const put = await performRecorded(services, {
      kind: 'adds',
      act: (announce) =>
        services.registry.manifests.putManifest(repository, reference, {
          bytes,
          ...(contentType ? { contentType } : {}),
          ...(kind === 'digest' ? { tags } : {}),
          async beforeChange(about) {
            await checkAgain(call, repository, 'push')
            if (about === undefined) return
            pending = pushActs(call, repository, tags, about.digest)
            await announce(pending)
          },
        }),
      happened: ({ ok }) => (ok ? pending : []),
    })
    if (!put.ok) throw manifestRefused(put.refusal)
    const { digest, manifest } = put.value
    const headers = new Headers({
      Location: locationOf.manifest(repository, digest),
      'Docker-Content-Digest': digest,
    })
    if (manifest.subject !== null) headers.set('OCI-Subject', manifest.subject.digest)
    if (kind === 'digest') for (const tag of tags) headers.append('OCI-Tag', tag)
    return new Response(null, { status: 201, headers })
  })
}

/** A registry that accepts several tags must accept ten; their names come back as headers. */
const maximumTags = 100

/** `?tag=1.2&tag=1`: the tags for a manifest that is put by its digest, each once. */
function tagsAskedFor({ context }: V2Call): readonly TagName[] {
  const asked = [...new Set(context.req.queries('tag'))]
  if (asked.length > maximumTags) {
    const message = `at most ${maximumTags} tags can be set at once; ${asked.length} were named`
    throw new OciError('TAG_INVALID', message, { status: 414 })
  }
  return asked.map((text) => {
    const tag = parseTagName(text)
    if (!tag.ok) throw new OciError('TAG_INVALID', tag.refusal.message)
    return tag.value
  })
}

/** The activity to record once the push has happened: of each tag, or of the digest alone. */
function pushActs(
  call: V2Call,
  repository: RepositoryName,
  tags: readonly TagName[],
  digest: Digest,
): readonly PendingAct[] {
  if (tags.length === 0) return [actByDigest(call, 'manifest pushed', repository, digest)]
  const { services, context, principal } = call
  return tags.map((tag) => {
    const actor = actorOf(context)
    const event = createEvent(services, 'image pushed', actor, { tag, digest }, { repository })
    const atMs = event.atMs
    return {
      event,
      witness: { kind: 'tag linked', repository, tag, digest, sinceMs: atMs },
      push: { repository, tag, digest, actor: principal.name, atMs },
    }
  })
}

/**
 * `DELETE /v2/<name>/manifests/<reference>`. By digest the whole image goes to the trash with every
 * tag that shows it; by tag only the tag is deleted, and with an image's last tag the image.
 */
export async function deleteManifest(call: V2Call, name: string, text: string): Promise<Response> {
  const repository = repositoryFor(call, name, 'delete')
  const reference = referenceToWrite(text)
  const request = {
    repository,
    reference,
    actor: actorOf(call.context),
    beforeChange: () => checkAgain(call, repository, 'delete'),
  }
  const deleted = isDigestReference(reference)
    ? await deleteImage(call.services, request)
    : await deleteTag(call.services, request)
  if (!deleted.ok) throw deletionRefused(deleted.refusal)
  return new Response(null, { status: 202 })
}

function referenceToWrite(text: string): Reference {
  const reference = parseReference(text)
  if (reference.ok) return reference.value
  throw new OciError(
    text.includes(':') ? 'DIGEST_INVALID' : 'TAG_INVALID',
    reference.refusal.message,
  )
}
