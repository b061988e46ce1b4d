import { mayStillBeDone, StoreError } from './errors.ts'
import {
  errorOfKey,
  type DeleteOutcome,
  type GetOutcome,
  type HeadOutcome,
  type KeyWithoutObject,
  type Listed,
  type ListOptions,
  type ObjectHead,
  type ObjectReader,
  type Prefix,
} from './object-store.ts'

/**
 * Null where nothing is, or what is no object. Throws `StoreError`: `DENIED` where a lack of rights
 * hides what is there, or the error of the read.
 */
function nullUnlessUnknown(outcome: KeyWithoutObject, key: string): null {
  if (outcome.kind === 'failed') throw errorOfKey(outcome, key)
  if (outcome.kind === 'hidden' && outcome.obstacle === 'no permission') {
    throw new StoreError('DENIED', key)
  }
  return null
}

/** For outcomes of `headMany`, where a caller needs only: an object, or none. */
export const headOrNull = (outcome: HeadOutcome, key: string): ObjectHead | null =>
  outcome.kind === 'found' ? outcome : nullUnlessUnknown(outcome, key)

/** An object that was read, or is larger than the limit. */
export type Read = Extract<GetOutcome, { kind: 'found' | 'too large' }>

/** The same for outcomes of `getMany`. */
export const readOrNull = (outcome: GetOutcome, key: string): Read | null =>
  outcome.kind === 'found' || outcome.kind === 'too large'
    ? outcome
    : nullUnlessUnknown(outcome, key)

/** A result, or the error of the store, for callers of many keys that report the error of each. */
export function valueOrError<T>(read: () => T): T | StoreError {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return error
  }
}

/** For a position at which a store returned fewer outcomes than it was asked for. */
export const missingOutcome = (key: string): KeyWithoutObject => ({
  kind: 'failed',
  code: 'FAILED',
  reason: `the store left out the outcome of ${key}`,
})

/** The head of one object. Null where nothing is, or what is no object. */
export async function headObject(
  objects: Pick<ObjectReader, 'headMany'>,
  key: string,
): Promise<ObjectHead | null> {
  const [head = null] = await headObjects(objects, [key])
  return head
}

/**
 * The heads of objects, in the order of their keys. Null where nothing is, or what is no object.
 * Throws `StoreError` where the store cannot tell.
 */
export async function headObjects(
  objects: Pick<ObjectReader, 'headMany'>,
  keys: readonly string[],
): Promise<readonly (ObjectHead | null)[]> {
  if (keys.length === 0) return []
  const outcomes = await objects.headMany(keys)
  return keys.map((key, position) => headOrNull(outcomes[position] ?? missingOutcome(key), key))
}

/**
 * All pages of a list.
 */
export async function listAll(
  objects: Pick<ObjectReader, 'list'>,
  prefix: Prefix,
  options?: ListOptions,
): Promise<readonly Listed[]> {
  const all: Listed[] = []
  for await (const page of objects.list(prefix, options)) for (const one of page) all.push(one)
  return all
}

/**
 * Throws the error of the first key that may still exist, for callers that need all of them gone.
 */
export function expectRemoved(outcomes: readonly DeleteOutcome[], keys: readonly string[]): void {
  const errors = outcomes.flatMap((outcome, position) =>
    outcome.kind === 'failed' ? [errorOfKey(outcome, keys[position] ?? '')] : [],
  )
  // One of them alone may still come late: who is told of another would take all for settled.
  const error = errors.find(mayStillBeDone) ?? errors[0]
  if (error !== undefined) throw error
}
