import type { Descriptor } from '#domain/manifest/manifest.ts'
import { mediaTypes } from '#domain/values/media-type.ts'
import { repositoryFor, requireDigest, type V2Call } from '../v2-call.ts'

/**
 * `GET /v2/<name>/referrers/<digest>` (OCI distribution spec 1.1, "Listing Referrers"). Never 404
 * for a digest without referrers: clients would take that for a registry without this call.
 */
export async function listReferrers(
  call: V2Call,
  name: string,
  digestText: string,
): Promise<Response> {
  const repository = repositoryFor(call, name, 'pull')
  const digest = requireDigest(digestText)
  const artifactType = call.context.req.query('artifactType')
  const all = await call.services.registry.manifests.referrers(repository, digest)
  const wanted = all.filter(
    (descriptor) => !artifactType || descriptor.artifactType === artifactType,
  )
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: wanted.map(toDescriptorResponse),
  }
  return Response.json(index, {
    headers: {
      'Content-Type': mediaTypes.ociIndex,
      ...(artifactType ? { 'OCI-Filters-Applied': 'artifactType' } : {}),
    },
  })
}

const toDescriptorResponse = ({ sizeBytes, ...descriptor }: Descriptor) => ({
  ...descriptor,
  size: sizeBytes,
})
