import { StoreError, type StoreErrorCode } from '#storage/errors.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import type { UploadStore } from '#storage/upload-store.ts'
import { createCounter } from './counter.ts'
import { gauge, type MetricFamily } from './exposition.ts'

/** Where images are: objects, and the uploads that become objects. */
export interface ImageStores {
  readonly objects: ObjectStore
  readonly uploadStore: UploadStore
}

export interface WatchedStores extends ImageStores {
  /** False after a change that a store refused, until a change succeeds. */
  isWritable(): boolean
  families(): readonly MetricFamily[]
}

/** Errors that concern the whole storage, not one file. */
const refusals = ['FULL', 'READ_ONLY', 'DENIED', 'FAILED'] as const satisfies StoreErrorCode[]
const isRefusal = (code: StoreErrorCode): boolean => refusals.some((one) => one === code)

/** A refused upload changed nothing, and says nothing of the store. */
const isDone = ({ kind }: { readonly kind: string }): boolean =>
  kind === 'appended' || kind === 'committed'

/** Wraps both stores and learns from their changes whether they take any. */
export function watchStores({ objects, uploadStore }: ImageStores): WatchedStores {
  const failures = createCounter({
    name: 'jetsam_storage_write_failures_total',
    help: 'Changes that the storage of images refused, by why.',
    from: refusals.map((reason) => ({ reason: reason.toLowerCase() })),
  })
  let writable = true

  function refused(code: StoreErrorCode): void {
    if (!isRefusal(code)) return
    writable = false
    failures.add({ reason: code.toLowerCase() })
  }

  /** @param isChange whether the result tells of a change; default: each does */
  async function watchChange<T>(
    change: Promise<T>,
    isChange: (done: T) => boolean = () => true,
  ): Promise<T> {
    try {
      const done = await change
      if (isChange(done)) writable = true
      return done
    } catch (error) {
      if (error instanceof StoreError) refused(error.code)
      throw error
    }
  }

  return {
    objects: {
      ...objects,
      put: (...call) => watchChange(objects.put(...call)),
      move: (...call) => watchChange(objects.move(...call)),
      pruneMany: (...call) => watchChange(objects.pruneMany(...call)),
      async deleteMany(...call) {
        const outcomes = await watchChange(objects.deleteMany(...call))
        for (const outcome of outcomes) if (outcome.kind === 'failed') refused(outcome.code)
        return outcomes
      },
    },
    uploadStore: {
      ...uploadStore,
      begin: (...call) => watchChange(uploadStore.begin(...call)),
      append: (...call) => watchChange(uploadStore.append(...call), isDone),
      commit: (...call) => watchChange(uploadStore.commit(...call), isDone),
      discard: (...call) => watchChange(uploadStore.discard(...call)),
      abort: (...call) => watchChange(uploadStore.abort(...call)),
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
