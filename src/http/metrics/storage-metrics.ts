import type { DeleteBatch } from '#storage/object-store.ts'
import { StoreError } from '#storage/errors.ts'
import type { Storage } from '#storage/storage.ts'
import { createCounter } from './counter.ts'
import { gauge, type MetricFamily } from './exposition.ts'

export interface WatchedStorage {
  readonly storage: Storage
  /** Watches removals that do not go through `storage`: of many keys, each of which may fail. */
  watchDeletes(deleteBatch: DeleteBatch): DeleteBatch
  /** False after a change that the storage refused, until a change succeeds. */
  isWritable(): boolean
  families(): readonly MetricFamily[]
}

/** Errors that concern the whole storage, not one file. */
const refusals = ['FULL', 'READ_ONLY', 'DENIED', 'FAILED'] as const satisfies StoreError['code'][]
const isRefusal = (code: StoreError['code']): boolean => refusals.some((one) => one === code)

/** Wraps a storage and learns from its changes whether it takes any. */
export function watchStorage(inner: Storage): WatchedStorage {
  const failures = createCounter({
    name: 'jetsam_storage_write_failures_total',
    help: 'Changes that the storage of images refused, by why.',
    from: refusals.map((reason) => ({ reason: reason.toLowerCase() })),
  })
  let writable = true

  function refused(code: StoreError['code']): void {
    if (!isRefusal(code)) return
    writable = false
    failures.add({ reason: code.toLowerCase() })
  }

  async function watchChange<T>(change: Promise<T>): Promise<T> {
    try {
      const done = await change
      writable = true
      return done
    } catch (error) {
      if (error instanceof StoreError) refused(error.code)
      throw error
    }
  }

  return {
    storage: {
      open: (...args) => inner.open(...args),
      list: (...args) => inner.list(...args),
      write: (...args) => watchChange(inner.write(...args)),
      move: (...args) => watchChange(inner.move(...args)),
      remove: (...args) => watchChange(inner.remove(...args)),
      removeEmpty: (...args) => watchChange(inner.removeEmpty(...args)),
    },
    watchDeletes:
      (deleteBatch) =>
      async (...batch) => {
        const outcomes = await watchChange(deleteBatch(...batch))
        for (const outcome of outcomes) if (outcome.kind === 'failed') refused(outcome.code)
        return outcomes
      },
    isWritable: () => writable,
    families: () => [
      gauge(
        'jetsam_storage_writable',
        'Whether the storage of images took the last change that was asked of it.',
        writable ? 1 : 0,
      ),
      failures.family(),
    ],
  }
}
