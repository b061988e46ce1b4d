import type { Digest } from '#domain/digest.ts'
import { maximumManifestBytes, type Manifest } from '#domain/manifest.ts'
import { isManifestMediaType } from '#domain/media-type.ts'
import { accepted, refused, type Parsed } from '#domain/parsed.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import { openLinkedBlob } from './blob-store.ts'
import { mapInBatches } from './in-batches.ts'
import { blobFile, revisionLink } from './layout.ts'
import { parseManifestBytes } from './manifest-reading.ts'
import type { ManifestRefusal } from './manifest-refusal.ts'
import { storedReferencesOf } from './stored-references.ts'
import type { Bytes, Storage } from './storage.ts'

/** Reads what a client sends as a manifest. */
export function parsePushedManifest(
  bytes: Bytes,
  contentType: string | undefined,
): Parsed<Manifest, ManifestRefusal> {
  if (bytes.length > maximumManifestBytes) {
    return refused({
      code: 'MANIFEST_TOO_LARGE',
      message: `the manifest has ${bytes.length} bytes; at most ${maximumManifestBytes} are taken`,
    })
  }
  const parsed = parseManifestBytes(bytes)
  if (!parsed.ok) return refused({ ...parsed.refusal, code: 'MANIFEST_INVALID' })
  const declared = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  // Storage keeps no media type: what the bytes do not say would be served as something else.
  if (declared && isManifestMediaType(declared) && declared !== parsed.value.mediaType) {
    return refused({
      code: 'MANIFEST_INVALID',
      message: `the manifest is ${parsed.value.mediaType}, but was sent as ${declared}`,
    })
  }
  return accepted(parsed.value)
}

/** Everything a manifest refers to that the repository does not have. */
export async function missingReferences(
  storage: Storage,
  repository: RepositoryName,
  manifest: Manifest,
): Promise<readonly Digest[]> {
  const isThere = async (digest: Digest) => {
    if (manifest.kind === 'image')
      return (await openLinkedBlob(storage, repository, digest)) !== null
    const link = await storage.open(revisionLink(repository, digest))
    return link !== null && (await storage.open(blobFile(digest))) !== null
  }
  const missing = await mapInBatches(storedReferencesOf(manifest), async ({ digest }) =>
    (await isThere(digest)) ? [] : [digest],
  )
  return missing.flat()
}
