import type { Digest } from '#domain/values/digest.ts'

/** One object for each digest in the registry, shared by all manifests that refer to it. */
export interface BlobNode {
  readonly digest: Digest
  /** The size that the first manifest to state one states; 0 where none does. */
  readonly sizeBytes: number
  /**
   * How many linked manifests refer to it: each manifest counts once per repository, the blob
   * itself included where it is a manifest.
   */
  referenceCount: number
}

/** Counts references to blobs, over all repositories. */
export interface BlobTable {
  addReference(digest: Digest, sizeBytes: number): BlobNode
  removeReference(node: BlobNode): void
  get(digest: Digest): BlobNode | undefined
}

export function createBlobTable(): BlobTable {
  const nodes = new Map<Digest, { digest: Digest; sizeBytes: number; referenceCount: number }>()
  return {
    addReference(digest, sizeBytes) {
      let node = nodes.get(digest)
      if (node?.sizeBytes === 0) node.sizeBytes = sizeBytes
      if (node === undefined) {
        node = { digest, sizeBytes, referenceCount: 0 }
        nodes.set(digest, node)
      }
      node.referenceCount += 1
      return node
    },
    removeReference(node) {
      node.referenceCount -= 1
      if (node.referenceCount === 0) nodes.delete(node.digest)
    },
    get: (digest) => nodes.get(digest),
  }
}
