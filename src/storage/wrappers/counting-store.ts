import type { ObjectStore } from '../object-store.ts'

export type StoreCall = keyof ObjectStore

export interface CallCount {
  readonly calls: number
  /** How many keys the calls named, or listed. */
  readonly keys: number
}

export interface CountingStore {
  readonly store: ObjectStore
  /**
   * The counts since the last call of this method, by method name; a method without calls is
   * absent.
   */
  take(): ReadonlyMap<StoreCall, CallCount>
}

/** Counts the calls of a store. Bodies and answers pass through as they are. */
export function countingStore(inner: ObjectStore): CountingStore {
  let counts = new Map<StoreCall, CallCount>()
  const count = (call: StoreCall, calls: number, keys: number): void => {
    const before = counts.get(call) ?? { calls: 0, keys: 0 }
    counts.set(call, { calls: before.calls + calls, keys: before.keys + keys })
  }
  return {
    store: {
      get: (...call) => (count('get', 1, 1), inner.get(...call)),
      getMany: (...call) => (count('getMany', 1, call[0].length), inner.getMany(...call)),
      headMany: (...call) => (count('headMany', 1, call[0].length), inner.headMany(...call)),
      put: (...call) => (count('put', 1, 1), inner.put(...call)),
      async *list(...call) {
        count('list', 1, 0)
        for await (const page of inner.list(...call)) {
          count('list', 0, page.length)
          yield page
        }
      },
      deleteMany: (...call) => (count('deleteMany', 1, call[0].length), inner.deleteMany(...call)),
      move: (...call) => (count('move', 1, 2), inner.move(...call)),
      pruneMany: (...call) => (count('pruneMany', 1, call[0].length), inner.pruneMany(...call)),
    },
    take() {
      const taken = counts
      counts = new Map()
      return taken
    },
  }
}
