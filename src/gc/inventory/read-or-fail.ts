import { CollectionError, reasonOf } from '#domain/collection/collection-error.ts'
import { inParallel } from '../in-parallel.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { CollectionStopped } from '../yielder.ts'

/** How many reads run at once: enough to keep a disk busy, few enough to bound memory. */
export const readsAtOnce = 32
/** How many reads one answer covers: many answers cost more. */
const readsInSlice = 32
/** Enough that each of several threads finds a next slice when it finishes one. */
const slicesAtOnce = 8

/** Reads very many items in slices, several of them at once. */
export const readInSlices = <T>(
  items: Iterable<T>,
  read: (slice: readonly T[]) => Promise<void>,
): Promise<void> => inParallel(inSlices(items, readsInSlice), slicesAtOnce, read)

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
