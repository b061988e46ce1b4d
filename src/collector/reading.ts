import { CollectionError, reasonOf } from './errors.ts'
import { Interruption } from './pace.ts'

/** Runs a part of what comes before the first deletion; a rejection ends the collection by name. */
export async function reading<T>(
  code: CollectionError['code'],
  doing: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CollectionError || error instanceof Interruption) throw error
    throw new CollectionError(code, `${doing} failed: ${reasonOf(error)}`, {
      data: { doing },
      cause: error,
    })
  }
}
