import type { Digest } from '#domain/values/digest.ts'

/** One object for each digest in the registry, however many manifests refer to it. */
export interface BlobNode {
  readonly digest: Digest
  /** As the first manifest says that does say it; 0 where none does. */
  readonly sizeBytes: number
  /** How many linked manifests hold it: each of each repository once, itself included. */
  holders: number
}

/** Counts who holds which bytes, over all repositories. */
export interface BlobTable {
  hold(digest: Digest, sizeBytes: number): BlobNode
  release(node: BlobNode): void
  get(digest: Digest): BlobNode | undefined
}

export function createBlobTable(): BlobTable {
  const nodes = new Map<Digest, { digest: Digest; sizeBytes: number; holders: number }>()
  return {
    hold(digest, sizeBytes) {
      let node = nodes.get(digest)
      if (node?.sizeBytes === 0) node.sizeBytes = sizeBytes
      if (node === undefined) {
        node = { digest, sizeBytes, holders: 0 }
        nodes.set(digest, node)
      }
      node.holders += 1
      return node
    },
    release(node) {
      node.holders -= 1
      if (node.holders === 0) nodes.delete(node.digest)
    },
    get: (digest) => nodes.get(digest),
  }
}
