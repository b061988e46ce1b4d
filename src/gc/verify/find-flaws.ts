import type { Inventory } from '../inventory/inventory.ts'
import { flawWords } from '#domain/values/flaw-words.ts'
import { isManifestNode } from '#graph/packed/packed-graph.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Yielder } from '../yielder.ts'
import type { RegistryReader } from '../ports/registry-reader.ts'
import { readInSlices, readOrFail, sizesInSlice } from '../inventory/read-or-fail.ts'

export interface TagCheck {
  readonly reader: RegistryReader
  readonly yielder: Yielder
  /**
   * Reads a whole blob, step by step, and resolves to the digest of its bytes; null where it is
   * gone.
   */
  readonly storedDigest?: (digest: Digest, yielder: Yielder) => Promise<Digest | null>
  /** Called with how many of the blobs that tags lead to were checked. */
  readonly onProgress?: (done: number, total: number) => void
  /** Whether a blob of the inventory has been removed since. */
  readonly isGone: (node: number) => boolean
  /**
   * Counts what an index lists and its repository does not link, instead of calling it a flaw.
   * Default: false.
   */
  readonly acceptSparseIndexes?: boolean
}

export interface BlobFlaws {
  /** Why a needed blob cannot be pulled, by its node. */
  readonly flaws: Map<number, string>
  /**
   * The sizes on storage, as far as they were read. Each descriptor is compared with them on its
   * own: one that states a wrong size must not make other images look broken.
   */
  readonly sizes: ReadonlyMap<number, number>
}

/** Stats the needed blobs, and reads them to the end where `storedDigest` is given. */
export async function findFlaws(
  needed: readonly number[],
  { graph }: Inventory,
  { reader, yielder, isGone, storedDigest, onProgress }: TagCheck,
): Promise<BlobFlaws> {
  const flaws = new Map<number, string>()
  const sizes = new Map<number, number>()
  let looked = 0

  /** Reads a blob to its end. */
  async function readWhole(
    node: number,
    read: NonNullable<TagCheck['storedDigest']>,
  ): Promise<void> {
    const digest = graph.digestOf(node)
    const actual = await readOrFail('STORAGE_FAILED', `reading ${digest}`, () =>
      read(digest, yielder),
    )
    if (actual === null) flaws.set(node, flawWords.missing(digest))
    else if (actual !== digest) {
      flaws.set(node, `${digest} has other content: its bytes are ${actual}`)
    }
  }

  async function statBlobs(slice: readonly number[]): Promise<void> {
    // What was pushed between the listing of blobs and that of tags is on storage, so storage is
    // asked for each blob, listed or not.
    const present = slice.filter((node) => {
      if (!isGone(node)) return true
      flaws.set(node, `${graph.digestOf(node)} was removed`)
      return false
    })
    const found = await readOrFail('STORAGE_FAILED', 'looking for blobs', () =>
      reader.stat(graph.digestsOf(present)),
    )
    const sizeOf = new Map(present.map((node, position) => [node, found[position] ?? -1]))
    for (const node of slice) {
      const size = sizeOf.get(node)
      if (size === -1) flaws.set(node, flawWords.missing(graph.digestOf(node)))
      else if (size !== undefined) {
        sizes.set(node, size)
        if (storedDigest) await readWhole(node, storedDigest)
      }
      looked += 1
      onProgress?.(looked, needed.length)
      const pending = yielder.step()
      if (pending) await pending
    }
  }

  await readInSlices(needed, sizesInSlice, statBlobs)
  for (const [node, size] of sizes) {
    const expected = graph.sizes.get(node)
    if (isManifestNode(graph, node) && size !== expected) {
      flaws.set(node, flawWords.wrongSize(graph.digestOf(node), size, expected))
    }
  }
  return { flaws, sizes }
}
