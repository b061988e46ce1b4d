import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import {
  blobFile,
  layerLink,
  revisionFolder,
  revisionLink,
  tagHistoryLink,
  tagLink,
} from '#registry/layout.ts'
import { binaryContent } from '#services/samples/file-content.ts'
import {
  digestOfBytes,
  type BuiltManifest,
  type Content,
  type Layer,
} from '#services/samples/image-builder.ts'
import { folderTarget, type StoreTarget } from './store-target.ts'

function parsed<T>(outcome: { ok: true; value: T } | { ok: false }): T {
  if (!outcome.ok) throw new Error('not a name')
  return outcome.value
}

export const repositoryNamed = (name: string): RepositoryName => parsed(parseRepositoryName(name))
export const tagNamed = (name: string): TagName => parsed(parseTagName(name))

/** Bytes of a new layer. */
export function makeLayer(seed: number, size = 64): Layer {
  const bytes = binaryContent(seed, size)
  const digest = digestOfBytes(bytes)
  const mediaType = 'application/vnd.oci.image.layer.v1.tar'
  return { bytes, digest, diffID: digest, mediaType, createdBy: `layer ${seed}` }
}

export interface StoreWriter {
  /** Writes a file with any content. */
  write(path: string, bytes: string | Uint8Array): void
  blob(content: Content): void
  /**
   * A pushed image with everything under it. Without a link it is as `DELETE` by digest leaves it:
   * the folder of its revision stays, empty.
   */
  push(
    repository: RepositoryName,
    image: BuiltManifest,
    how?: { readonly tags?: readonly TagName[]; readonly isLinked?: boolean },
  ): void
}

/** Writes Distribution's layout, as pushes would leave it: into a folder, or elsewhere. */
export function createStoreWriter(where: string | StoreTarget): StoreWriter {
  const target = typeof where === 'string' ? folderTarget(where) : where
  const { write } = target

  const blob = ({ digest, bytes }: Content): void => write(blobFile(digest), bytes)

  const push: StoreWriter['push'] = (repository, image, { tags = [], isLinked = true } = {}) => {
    const { digest } = image.manifest
    for (const child of image.children) push(repository, child)
    for (const content of image.blobs) {
      blob(content)
      write(layerLink(repository, content.digest), content.digest)
    }
    blob(image.manifest)
    if (isLinked) write(revisionLink(repository, digest), digest)
    else target.makeFolder(revisionFolder(repository, digest))
    for (const tag of tags) {
      write(tagLink(repository, tag), digest)
      write(tagHistoryLink(repository, tag, digest), digest)
    }
  }

  return { write, blob, push }
}
