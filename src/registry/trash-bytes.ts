import type { Digest } from '#domain/digest.ts'
import type { BlobTable } from './blob-table.ts'
import type { ManifestContents } from './manifest-contents.ts'
import { heldReferencesOf, isSurelyManifest } from './stored-references.ts'
import type { TrashFile } from './trash-file.ts'

/** What manifests of entries say, and what of it is on storage. */
export type ManifestsRead = ReadonlyMap<Digest, ManifestContents>

/** Every digest that an entry keeps from being collected, with its size. */
function contentOf(file: TrashFile, read: ManifestsRead): ReadonlyMap<Digest, number> {
  const content = new Map<Digest, number>()
  for (const { digest, sizeBytes } of file.manifests) {
    content.set(digest, sizeBytes)
    const contents = read.get(digest)
    if (contents === undefined) continue
    for (const reference of heldReferencesOf(contents)) {
      // A manifest that is not in the entry stays with who else lists it.
      if (isSurelyManifest(contents.manifest, reference)) continue
      content.set(reference.digest, reference.sizeBytes)
    }
  }
  return content
}

/** By id: the bytes that neither an image nor another entry of the trash holds. */
export function trashBytesOf(
  files: readonly TrashFile[],
  read: ManifestsRead,
  linked: BlobTable,
): ReadonlyMap<string, number> {
  const contents = files.map((file) => [file.id, contentOf(file, read)] as const)
  const holders = new Map<Digest, number>()
  for (const [, content] of contents) {
    for (const digest of content.keys()) holders.set(digest, (holders.get(digest) ?? 0) + 1)
  }
  return new Map(
    contents.map(([id, content]) => {
      let sum = 0
      for (const [digest, sizeBytes] of content) {
        if (holders.get(digest) === 1 && linked.get(digest) === undefined) sum += sizeBytes
      }
      return [id, sum]
    }),
  )
}
