import { CollectionError, reasonOf } from '#domain/collection/collection-error.ts'
import { inParallel } from '../in-parallel.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { CollectionStopped } from '../yielder.ts'

/** How many reads run at once: enough to keep a disk busy, few enough to bound memory. */
export const readsAtOnce = 32
/** How many manifests one answer covers: many answers cost more, and all are in memory at once. */
export const manifestsInSlice = 32
/** The same for sizes: a thread looks at so many blobs within a few milliseconds. */
export const sizesInSlice = 512
/** Enough that each of several threads has the next message when it ends one. */
const slicesAtOnce = 16

/** Reads very many items in slices, several of them at once. */
export const readInSlices = <T>(
  items: Iterable<T>,
  size: number,
  read: (slice: readonly T[]) => Promise<void>,
): Promise<void> => inParallel(inSlices(items, size), slicesAtOnce, read)

/**
 * Runs a step before the first deletion. A rejection becomes a `CollectionError` with this code.
 */
export async function readOrFail<T>(
  code: CollectionError['code'],
  doing: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CollectionError || error instanceof CollectionStopped) throw error
    throw new CollectionError(code, `${doing} failed: ${reasonOf(error)}`, {
      data: { doing },
      cause: error,
    })
  }
}
