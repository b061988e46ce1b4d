import type { Digest } from '#domain/values/digest.ts'
import type { Manifest } from '#domain/manifest/manifest.ts'
import { ok, err, type Result, type Refusal } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { RegistryChanges } from '../registry-change.ts'
import type { Catalog } from '../repositories/catalog.ts'
import { slicesInOrder } from '../in-order.ts'
import type { RepositoryReader } from '../queries/graph/repository-reader.ts'
import { layerLink } from '../layout.ts'
import { referencesIn } from '#graph/edges.ts'
import { readManifests } from '../manifests/manifest-reading.ts'
import type { RunLocked } from '#coordination/repository-lock.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { mayStillBeDone } from '#storage/errors.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import { expectRemoved, headObject } from '#storage/single-object.ts'
import type { TrashStore } from '../trash/trash-store.ts'

export interface BlobDeletionRefusal extends Refusal {
  readonly code:
    | 'NO_SUCH_BLOB'
    /** A manifest of the repository refers to it, or a manifest in the trash needs the link. */
    | 'BLOB_IN_USE'
    /**
     * A manifest of the repository, or an entry of the trash, cannot be read: it may need the blob.
     */
    | 'MANIFEST_UNREADABLE'
}

export interface BlobDeletionDeps {
  readonly objects: Pick<ObjectStore, 'headMany' | 'getMany' | 'deleteMany'>
  readonly catalog: Pick<Catalog, 'revisions'>
  readonly openRepositoryReader: () => RepositoryReader
  readonly store: Pick<TrashStore, 'readable'>
  readonly runLocked: RunLocked
  readonly changes: RegistryChanges
}

/**
 * Removes a repository's link to a blob that none of its manifests refers to. The bytes stay until
 * a collection finds that nothing needs them: neither another repository nor the trash. Storage is
 * read for the decision, not the index, which may not know yet what other software wrote.
 */
export const unlinkBlob = (
  deps: BlobDeletionDeps,
  repository: RepositoryName,
  digest: Digest,
): Promise<Result<null, BlobDeletionRefusal>> =>
  deps.runLocked(repository, async (lock) => {
    const link = layerLink(repository, digest)
    if ((await headObject(deps.objects, link)) === null) {
      return err({
        code: 'NO_SUCH_BLOB',
        message: `there is no blob ${digest} in ${repository}: nothing is left to delete`,
      })
    }
    const refusal =
      (await neededBy(deps, repository, digest)) ?? (await neededInTrash(deps, repository, digest))
    if (refusal !== null) return err(refusal)
    try {
      expectRemoved(await deps.objects.deleteMany([link], { prunes: true }), [link])
    } catch (error) {
      // It may still go: a manifest that is committed next must look for its links after that.
      if (mayStillBeDone(error)) lock.leaveUnfinished()
      throw error
    }
    // Its manifests stay the same, but not what is told of the blob.
    deps.changes.emit({ repository, tags: [], manifests: [] })
    return ok(null)
  })

/** Includes layers that need not be on storage: where they are, clients pull them. */
async function neededBy(
  { catalog, openRepositoryReader }: BlobDeletionDeps,
  repository: RepositoryName,
  blob: Digest,
): Promise<BlobDeletionRefusal | null> {
  const reads = openRepositoryReader()
  for await (const digests of catalog.revisions(repository, reads)) {
    const read = async (slice: readonly Digest[]) => ({
      slice,
      contents: await reads.manifestContents(slice),
    })
    for await (const { slice, contents } of slicesInOrder(digests, read)) {
      for (const [position, digest] of slice.entries()) {
        const found = contents[position]
        if (!found || found === 'unreadable')
          return unreadable(`the manifest ${digest} of ${repository}`, pushAgain)
        if (isReferencedIn(found.manifest, blob)) {
          return inUse(`the image ${digest} needs it: delete that image first`)
        }
      }
    }
  }
  return null
}

/**
 * A restoration links the content of the trash again, by the sha256 digests under which storage
 * keeps the bytes. Bytes named by another algorithm can be found only through this link.
 */
async function neededInTrash(
  { objects, store }: BlobDeletionDeps,
  repository: RepositoryName,
  blob: Digest,
): Promise<BlobDeletionRefusal | null> {
  if (blob.startsWith('sha256:')) return null
  const { files, broken } = await store.readable()
  if (broken[0] !== undefined) return unreadable(`the trash entry ${broken[0]}`, askAdministrator)
  for (const file of files) {
    if (file.repository !== repository) continue
    const digests = file.manifests.map(({ digest }) => digest)
    for (const slice of inSlices(digests, manifestsAtOnce)) {
      for (const reading of await readManifests(objects, slice)) {
        if (reading.kind !== 'manifest') {
          return unreadable(`the trash entry ${file.id}`, askAdministrator)
        }
        if (isReferencedIn(reading.manifest, blob)) {
          return inUse(`the image ${file.digest} in the trash needs it until a collection takes it`)
        }
      }
    }
  }
  return null
}

const isReferencedIn = (manifest: Manifest, blob: Digest): boolean =>
  referencesIn(manifest).some(({ target }) => target.digest === blob)

/** Few, because a manifest may have megabytes, and all of these are in memory at once. */
const manifestsAtOnce = 16

const inUse = (message: string): BlobDeletionRefusal => ({ code: 'BLOB_IN_USE', message })

const pushAgain = 'push that image again, or delete it'
const askAdministrator = 'ask an administrator to look at it'

const unreadable = (what: string, advice: string): BlobDeletionRefusal => ({
  code: 'MANIFEST_UNREADABLE',
  message: `${what} cannot be read and may need the blob: ${advice}`,
})
