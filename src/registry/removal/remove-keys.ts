import type { BatchOutcome } from '#gc/ports/registry-remover.ts'
import { mayStillBeDone, StoreError } from '#storage/errors.ts'
import {
  errorOfKey,
  type DeleteOptions,
  type DeleteOutcome,
  type Durability,
  type ObjectStore,
} from '#storage/object-store.ts'

/** A run that is stopped, or rests for clients, waits no longer than this for a batch. */
const removingMs = 100

/** For an item that the answer to its batch lacks. */
export const leftOut: BatchOutcome = {
  kind: 'failed',
  error: new Error('nothing was answered of what was to be removed'),
}

/** A removal without an answer, or with one that says nothing, may still be done. */
export const mayStillCome = (outcome: BatchOutcome | undefined): boolean =>
  outcome?.kind === 'failed' && mayStillBeDone(outcome.error)

/** The folder of a blob's or link's file, which it has to itself. */
const folderAbove = (key: string): string => key.slice(0, key.lastIndexOf('/'))

function batchOutcomeOf(outcome: DeleteOutcome | undefined, key: string): BatchOutcome {
  if (outcome === undefined) return leftOut
  switch (outcome.kind) {
    case 'modified':
      return { kind: 'in use' }
    case 'failed':
      return { kind: 'failed', error: errorOfKey(outcome, folderAbove(key)) }
    default:
      return outcome
  }
}

/** Removes objects for a collection, as many as there is time for. */
export async function removeKeys(
  objects: Pick<ObjectStore, 'deleteMany'>,
  keys: readonly string[],
  how: DeleteOptions,
): Promise<readonly BatchOutcome[]> {
  const outcomes = await objects.deleteMany(keys, { ...how, maximumMs: removingMs })
  return keys.map((key, position) => batchOutcomeOf(outcomes[position], key))
}

const isBehindLink = (outcome: BatchOutcome | undefined): boolean =>
  outcome?.kind === 'failed' &&
  outcome.error instanceof StoreError &&
  outcome.error.code === 'INVALID_PATH'

/**
 * Links count zero bytes: they contain no part of an image. Their folders go whole: without its
 * link, one that holds anything else counts as broken, and would keep its whole repository. A
 * symbolic link in place of a link's folder goes too, and counts as absent; nothing behind it is
 * touched.
 */
export async function removeLinks(
  objects: Pick<ObjectStore, 'deleteMany'>,
  links: readonly string[],
  unlessModifiedSinceMs: number,
  durability: Durability = 'lazy',
): Promise<readonly BatchOutcome[]> {
  const how = { unlessModifiedSinceMs, durability }
  const outcomes = await removeKeys(objects, links, { ...how, prunes: 'whole folder' })
  const blocked = links.filter((_, position) => isBehindLink(outcomes[position]))
  const gone = blocked.length > 0 ? await removeKeys(objects, blocked.map(folderAbove), how) : []
  const goneAt = new Map(blocked.map((link, position) => [link, gone[position]?.kind]))
  return outcomes.map((outcome, position): BatchOutcome => {
    if (goneAt.get(links[position] ?? '') === 'removed') return { kind: 'absent' }
    return outcome.kind === 'removed' ? { kind: 'removed', bytes: 0 } : outcome
  })
}
