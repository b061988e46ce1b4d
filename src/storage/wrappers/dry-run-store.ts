import { StoreError } from '../errors.ts'
import type { DeleteOptions, DeleteOutcome, HeadOutcome, ObjectStore } from '../object-store.ts'

/** A change that would have been made. */
export type DryChange =
  | { readonly kind: 'put'; readonly key: string; readonly sizeBytes: number }
  | { readonly kind: 'delete'; readonly key: string; readonly bytes: number }
  | { readonly kind: 'move'; readonly from: string; readonly to: string }

async function sizeOf(body: Parameters<ObjectStore['put']>[1]): Promise<number> {
  if (body instanceof Uint8Array) return body.length
  let sizeBytes = 0
  for await (const chunk of body) sizeBytes += chunk.length
  return sizeBytes
}

const outcomeOf = (head: HeadOutcome, { unlessModifiedSinceMs }: DeleteOptions): DeleteOutcome => {
  switch (head.kind) {
    case 'found':
      return head.modifiedAtMs >= (unlessModifiedSinceMs ?? Infinity)
        ? { kind: 'modified' }
        : { kind: 'removed', bytes: head.sizeBytes }
    case 'hidden':
      return { kind: 'failed', code: 'INVALID_PATH', reason: head.obstacle }
    default:
      return head
  }
}

/**
 * A store that changes nothing and reports what it would have done. It cannot foresee what only the
 * act would show, such as a full disk or missing rights to write. Reads return what is there, also
 * after a change that was not made. Bodies pass through as they are.
 *
 * @param onChange called with each change, in the order of the calls
 */
export function dryRunStore(
  inner: ObjectStore,
  onChange: (change: DryChange) => void = () => {},
): ObjectStore {
  return {
    ...inner,

    async put(key, body) {
      // Rejects an invalid key.
      await inner.headMany([key])
      const sizeBytes = await sizeOf(body)
      onChange({ kind: 'put', key, sizeBytes })
      return sizeBytes
    },

    async deleteMany(keys, options = {}) {
      const outcomes = (await inner.headMany(keys)).map((head) => outcomeOf(head, options))
      for (const [position, outcome] of outcomes.entries()) {
        const { [position]: key = '' } = keys
        if (outcome.kind === 'removed') onChange({ kind: 'delete', key, bytes: outcome.bytes })
      }
      return outcomes
    },

    async move(from, to) {
      const [head] = await inner.headMany([from, to])
      if (head?.kind !== 'found') throw new StoreError('NOT_FOUND', from)
      onChange({ kind: 'move', from, to })
    },

    pruneMany: async (prefixes) => prefixes.map(() => false),
  }
}
