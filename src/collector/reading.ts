import type { Awaitable } from '#domain/awaitable.ts'
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
    throw endingOf(code, doing, error)
  }
}

/** The same of a single read, one of very many: done at once where storage answers at once. */
export function readingOne<T>(
  code: CollectionError['code'],
  doing: string,
  work: () => Awaitable<T>,
): Awaitable<T> {
  try {
    const value = work()
    return value instanceof Promise ? reading(code, doing, () => value) : value
  } catch (error) {
    throw endingOf(code, doing, error)
  }
}

function endingOf(code: CollectionError['code'], doing: string, error: unknown): Error {
  if (error instanceof CollectionError || error instanceof Interruption) return error
  return new CollectionError(code, `${doing} failed: ${reasonOf(error)}`, {
    data: { doing },
    cause: error,
  })
}
